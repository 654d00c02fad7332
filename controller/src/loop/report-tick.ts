import type { JobKey } from '../core/model/job-key.ts';
import { usable } from '../core/model/input.ts';
import type { LoopDeps } from './loop.ts';
import type { JobState } from './job-state.ts';
import { healthOf } from './views.ts';

/** Gauges of the fleet as the tick left it: jobs that are gone lose their series. */
export function reportTick(
  deps: LoopDeps,
  states: ReadonlyMap<JobKey, JobState>,
  ignoredSeries: ReadonlyMap<string, number>,
): void {
  const { metrics, remedy, clock, decisions, policies } = deps;
  const all = [...states.values()];
  const labels = ({ job: { ref } }: JobState) => {
    const { platform, namespace, kind, name } = ref;
    return { platform, namespace, kind, name };
  };
  const modes = countBy(all.map((state) => state.policy.mode));
  metrics.replace(
    'drey_jobs',
    [...modes].map(([mode, value]) => ({ labels: { mode }, value })),
  );
  metrics.replace(
    'drey_job_healthy',
    all.flatMap((state) => {
      const healthy = healthOf(state);
      return healthy === null ? [] : [{ labels: labels(state), value: healthy ? 1 : 0 }];
    }),
  );
  metrics.replace(
    'drey_job_lag_seconds',
    all.flatMap((state) => {
      const lag = usable(state.snapshot.lag);
      return lag ? [{ labels: labels(state), value: lag.lagMs / 1000 }] : [];
    }),
  );
  metrics.replace(
    'drey_job_input_fresh',
    all.flatMap((state) =>
      (['jobState', 'vertices', 'lag', 'checkpoints', 'platform', 'restorePoints'] as const).map((input) => ({
        labels: { ...labels(state), input },
        value: state.snapshot[input].freshness === 'fresh' ? 1 : 0,
      })),
    ),
  );
  metrics.replace(
    'drey_page_active',
    all.flatMap((state) => {
      const page = remedy.memory(state.job.key)?.page;
      return page ? [{ labels: { ...labels(state), cause: page.cause }, value: 1 }] : [];
    }),
  );
  metrics.replace(
    'drey_rule_series_ignored',
    [...ignoredSeries].map(([rule, value]) => ({ labels: { rule }, value })),
  );
  const phases = countBy(remedy.open().map((one) => one.status.phase));
  metrics.replace(
    'drey_remediations',
    [...phases].map(([phase, value]) => ({ labels: { phase }, value })),
  );
  metrics.set('drey_policies_rejected', {}, policies.status.refused === null ? 0 : 1);
  metrics.set('drey_last_tick_timestamp_seconds', {}, clock.now() / 1000);
  decisions.tick(new Set(states.keys()));
}

function countBy<T>(values: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
