import { SourceError } from '../../io/errors.ts';
import { JOB_FAULTS, type JobFaultKind } from '../../resources/scenario/faults.ts';
import type { MetricsSource, QueryAnswer, Sample } from '../../sources/contract.ts';
import { type FleetSample, fleetSamples } from './fleet-samples.ts';
import { spoiled } from './metrics-faults.ts';
import { NAMESPACE, type World } from './world.ts';

/** How long the source would be waited for, ms. */
const DEADLINE_MS = 5000;

/** What the source answers beyond the fixed queries. */
export interface MetricsOptions {
  /** Rule name → the fault whose jobs are in its answer. */
  readonly rules: Readonly<Record<string, JobFaultKind>>;
  /** Over which rates are taken, seconds. */
  readonly windowS: number;
}

/** Prometheus over the model: the fixed queries by their names, rules by theirs, and an empty answer to all others. */
export function simulatedMetrics(world: World, { rules, windowS }: MetricsOptions): MetricsSource {
  function answers(queries: readonly string[]): Readonly<Record<string, QueryAnswer>> {
    world.advance();
    const now = world.clock.now();
    const fault = world.model.fleetFault('metrics')?.fault;
    if (fault === 'error') return all(queries, new SourceError('status', 'Prometheus: HTTP 503', 503));
    const samples = fleetSamples(world, windowS);
    const wanted = queries.map((name) => {
      const found = samples.get(name) ?? ruleSamples(world, ruleFault(name, rules));
      const left = fault === undefined ? found : spoiled(found, { fault, query: name });
      return [name, { ok: true, samples: left, evaluatedAt: left.length === 0 ? null : now }] as const;
    });
    return Object.fromEntries(wanted);
  }

  return {
    async instant(queries, signal) {
      const names = Object.keys(queries);
      world.advance();
      if (!signal.aborted && world.model.fleetFault('metrics')?.fault === 'slow') {
        await world.clock.sleep(DEADLINE_MS, signal);
        return all(names, new SourceError('timeout', `Prometheus: no answer within ${DEADLINE_MS} ms`));
      }
      return signal.aborted ? all(names, new SourceError('timeout', 'given up by the caller')) : answers(names);
    },
  };
}

function all(queries: readonly string[], error: SourceError): Readonly<Record<string, QueryAnswer>> {
  return Object.fromEntries(queries.map((name) => [name, { ok: false, error }]));
}

/** Of the query of a rule; a rule that is named as a kind of fault, `task-manager-stuck`, is about that one. */
function ruleFault(query: string, rules: MetricsOptions['rules']): JobFaultKind | undefined {
  const rule = query.replace(/^rule /, '');
  return rules[rule] ?? JOB_FAULTS.find((kind) => kind.replace(/[A-Z]/g, (it) => `-${it.toLowerCase()}`) === rule);
}

function ruleSamples({ model }: World, kind: JobFaultKind | undefined): readonly FleetSample[] {
  if (kind === undefined) return [];
  const sick = [...model.jobs.values()].filter((job) => job.has(kind));
  return sick.flatMap((job): readonly Sample[] => {
    const labels = { namespace: NAMESPACE, job_name: job.name };
    const stuck = job.taskManagers.running.filter((one) => one.stuck);
    if (kind !== 'taskManagerStuck') return [{ labels, value: 1 }];
    return stuck.map(({ pod }) => ({ labels: { ...labels, pod }, value: 1 }));
  });
}
