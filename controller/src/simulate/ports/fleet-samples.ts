import type { Sample } from '../../sources/contract.ts';
import { CLUSTER_SCOPE, JOB_SCOPE, type QueryName } from '../../sources/prometheus/queries.ts';
import type { SimulatedJob } from '../model/job.ts';
import { delta, deriv, type Point, rate, type Span } from './range.ts';
import type { JobScrapes, VertexScrape } from './scrapes.ts';
import { instantOf, NAMESPACE, type World } from './world.ts';

/** A sample, and of how many subtasks it is made. */
export type FleetSample = Sample & { readonly subtasks?: number };

/** How long Prometheus goes on answering with a sample after it was the last one, seconds. */
const LOOK_BACK_S = 300;

/** The answers to the fixed queries, by their names. */
export function fleetSamples(world: World, windowS: number): ReadonlyMap<string, readonly FleetSample[]> {
  const answers = new Map<string, FleetSample[]>();
  const add: Add = (query, sample) => {
    const known = answers.get(query);
    if (known === undefined) answers.set(query, [sample]);
    else known.push(sample);
  };
  const end = (world.clock.now() - world.startedAt) / 1000;
  for (const job of world.model.jobs.values()) {
    const scrapes = world.scrapes.of(job.name);
    addJobManager({ world, scrapes, job, end, add });
    if (scrapes.flinkJobId === null) continue;
    for (const [index, ring] of scrapes.vertices.entries()) {
      const vertex = job.graph.vertices[index];
      const newest = ring.at(-1);
      if (vertex === undefined || newest === undefined || end - newest.t > LOOK_BACK_S) continue;
      const labels = {
        namespace: NAMESPACE,
        job_name: job.name,
        job_id: scrapes.flinkJobId,
        task_id: vertex.id,
        task_name: vertex.name,
      };
      for (const [query, value] of vertexValues(ring, newest, { end, windowS })) {
        if (value !== null) add(query, { labels, value, subtasks: newest.subtasks });
      }
    }
  }
  return answers;
}

type Add = (query: QueryName, sample: FleetSample) => void;

interface JobManagerContext {
  readonly world: World;
  readonly scrapes: JobScrapes;
  readonly job: SimulatedJob;
  readonly end: number;
  readonly add: Add;
}

function addJobManager({ world, scrapes: { jobManager }, job, end, add }: JobManagerContext): void {
  if (jobManager === null || end - jobManager.t > LOOK_BACK_S) return;
  const { pod, flinkJobId } = jobManager;
  const cluster = { namespace: NAMESPACE, pod };
  for (const [name, value] of Object.entries(jobManager.cluster)) {
    add('cluster', { labels: { ...cluster, __name__: `${CLUSTER_SCOPE}${name}` }, value });
  }
  add('clusterAge', { labels: cluster, value: end - jobManager.t });
  if (flinkJobId === null) return;
  const own = { ...cluster, job_name: job.name, job_id: flinkJobId };
  for (const [name, value] of Object.entries(jobManager.job)) {
    const isInstant = name === 'lastCheckpointCompletedTimestamp' && value >= 0;
    add('job', {
      labels: { ...own, __name__: `${JOB_SCOPE}${name}` },
      value: isInstant ? instantOf(world, value) : value,
    });
  }
  add('jobAge', { labels: own, value: end - jobManager.t });
}

type Counter = 'recordsIn' | 'recordsOut' | 'busyMs' | 'idleMs' | 'backPressuredMs' | 'busiestMs';

function vertexValues(
  ring: readonly VertexScrape[],
  newest: VertexScrape,
  span: Span,
): readonly (readonly [QueryName, number | null])[] {
  const points = (name: Counter): readonly Point[] => ring.map((one) => [one.t, one[name]]);
  const share = (name: Counter): number | null => {
    const change = delta(points(name), span);
    return change === null ? null : change / span.windowS;
  };
  const isSource = newest.pending !== null;
  const recordsIn = rate(points('recordsIn'), span);
  const pending = ring.map((one): Point => [one.t, one.pending ?? 0]);
  return [
    ['vertexIn', recordsIn],
    ['vertexOut', rate(points('recordsOut'), span)],
    ['vertexBusy', share('busyMs')],
    ['vertexIdle', share('idleMs')],
    ['vertexBackPressured', share('backPressuredMs')],
    ['vertexBusiest', share('busiestMs')],
    ['vertexSubtasks', newest.subtasks],
    ['vertexAge', span.end - newest.t],
    ['sourceIn', isSource ? recordsIn : null],
    ['sourcePending', newest.pending],
    ['sourcePendingGrowth', isSource ? deriv(pending, span) : null],
    ['sourceLag', newest.idleForS > span.windowS ? null : newest.lagMs],
  ];
}
