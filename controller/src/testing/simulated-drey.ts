import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Decision } from '../core/model/decision.ts';
import type { Remediation } from '../core/model/remediation.ts';
import { silentLog } from '../io/log.ts';
import { fixedPolicies } from '../loop/policy-source.ts';
import { startOn } from '../loop/wire.ts';
import { createMetrics } from '../report/metrics.ts';
import { dreyConfig } from '../resources/config/config.ts';
import { API_VERSION } from '../resources/object.ts';
import { loadPolicy } from '../resources/policy/loaded.ts';
import { flinkPolicy } from '../resources/policy/policy.ts';
import type { Scenario } from '../resources/scenario/scenario.ts';
import type { FleetView, SimulatedFleet } from '../simulate/contract.ts';
import { createSimulatedFleet } from '../simulate/fleet.ts';
import { memoryStore } from '../store/memory.ts';
import { FakeClock } from './fake-clock.ts';

/** A decision that differs from the job's last one. `at`: virtual seconds. */
export interface ToldDecision {
  readonly at: number;
  readonly job: string;
  readonly said: string;
}

/** What became of a scenario. */
export interface SimulatedRun {
  readonly decisions: readonly ToldDecision[];
  readonly remediations: readonly Remediation[];
  /** After each tick. */
  readonly views: readonly FleetView[];
  readonly startedAt: number;
}

/** What a run is made of. */
export interface SimulatedRunOptions {
  readonly scenario: Scenario;
  readonly forMs: number;
  /** Of the one policy; default: mode Act and nothing else. */
  readonly spec?: object;
  /** Called before each tick. */
  readonly before?: (fleet: SimulatedFleet, atS: number) => void;
}

/** The real loop on a simulated fleet, for tests: as fast as it goes, on a clock that nothing else moves. */
export async function runSimulated({
  scenario,
  forMs,
  spec = { mode: 'Act' },
  before,
}: SimulatedRunOptions): Promise<SimulatedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'drey-simulated-'));
  const clock = new FakeClock();
  const startedAt = clock.now();
  const fleet = createSimulatedFleet({ scenario, clock });
  const store = memoryStore(clock);
  const stop = new AbortController();
  const metadata = { name: 'all', namespace: 'default' };
  const policy = loadPolicy(flinkPolicy.parse({ apiVersion: API_VERSION, kind: 'FlinkPolicy', metadata, spec }));
  const config = dreyConfig.parse({
    apiVersion: API_VERSION,
    kind: 'DreyConfig',
    tick: `${scenario.tick}ms`,
    store: { file: folder },
    sources: { prometheus: { url: 'http://127.0.0.1:1', scrapeInterval: `${scenario.scrape}ms` } },
    limits: { concurrent: 2 },
  });
  const running = await startOn(
    { ...fleet.ports, store },
    {
      config,
      policies: fixedPolicies([policy], startedAt),
      log: silentLog,
      clock,
      metrics: createMetrics('1'),
      signal: stop.signal,
    },
  );
  const views: FleetView[] = [];
  const decisions: ToldDecision[] = [];
  const last = new Map<string, string>();
  for (let at = 0; at < forMs; at += scenario.tick) {
    before?.(fleet, at / 1000);
    await clock.advance(scenario.tick);
    views.push(fleet.view());
    for (const { name, decision } of running.api.jobs()) {
      const said = decision === null ? 'none' : sayDecision(decision);
      if (last.get(name) !== said) decisions.push({ at: ((decision?.at ?? 0) - startedAt) / 1000, job: name, said });
      last.set(name, said);
    }
  }
  const remediations = (await store.listRemediations()).map(({ value }) => value);
  stop.abort();
  await clock.finish(running.stopped, { busy: forAWhile() });
  await rm(folder, { recursive: true, force: true });
  return { decisions, remediations, views, startedAt };
}

function sayDecision({ kind, reason, action }: Pick<Decision, 'kind' | 'reason'> & { action: string | null }): string {
  return [kind, reason, ...(action === null ? [] : [action])].join(' ');
}

/** The decision log is written to a real file: it is waited for, a little at each look. */
function forAWhile(): () => boolean {
  let until = 0;
  return () => {
    const now = Date.now();
    if (until === 0) until = now + 50;
    const waits = now < until;
    if (!waits) until = 0;
    return waits;
  };
}
