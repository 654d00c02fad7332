import type { Frame, JobRow, Panel } from './frame.ts';
import type { DemoSession } from './session.ts';

/** Objective of jobs that no policy governs yet, ms: the default of `autoscale.maxLag`. */
const MAX_LAG_MS = 30_000;

/** More than any terminal has room for. */
const EVENTS = 200;

/** What the demo shows now. */
export function toFrame(session: DemoSession, selected: number, panel: Panel): Frame {
  const { clock, fleet, api, server, chronicle, history, policies } = session;
  const { jobs } = fleet.view();
  const views = new Map(api.jobs().map((view) => [view.key, view]));
  const maxLagMs = (title: string | undefined): number =>
    policies.find((it) => it.title === title)?.spec.autoscale.maxLag ?? MAX_LAG_MS;
  const row = ({ key, name, state, slots, lagS }: (typeof jobs)[number]): JobRow => ({
    name,
    state,
    slots,
    lagMs: lagS * 1000,
    maxLagMs: maxLagMs(views.get(key)?.policy),
    view: views.get(key) ?? null,
  });
  return {
    at: clock.now(),
    speed: clock.speed,
    paused: clock.paused,
    server,
    jobs: jobs.map(row),
    selected,
    load: history.of(jobs[selected]?.name ?? ''),
    events: chronicle.events.slice(-EVENTS),
    panel,
  };
}
