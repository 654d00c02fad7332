import type { QueryName } from '../prometheus/queries.ts';
import type { Sample } from '../contract.ts';
import type { FakeMetrics } from './fake-metrics.ts';

/** A job as its series tell of it; what is left out is healthy. */
export interface JobSeries {
  readonly namespace?: string;
  readonly jobName?: string;
  readonly flinkJobId?: string;
  /** Flink's gauge of the state that the job is in. */
  readonly stateTime?: { readonly name: string; readonly ms: number };
  readonly restarts?: number;
  readonly lastCompletedId?: number;
  readonly ageMs?: number;
  readonly jobManagerPod?: string;
  readonly vertices?: readonly VertexFake[];
}

/** A vertex as its series tell of it. */
export interface VertexFake {
  readonly id: string;
  readonly name: string;
  readonly subtasks: number;
  /** Records/s. */
  readonly rate: number;
  /** Shares of time, 0..1. */
  readonly busy: number;
  readonly backPressured?: number;
  /** Set for a source only. */
  readonly pending?: number;
  readonly lagMs?: number;
}

/** Two vertices of two subtasks: a source and a sink. */
export const PLAIN_VERTICES: readonly VertexFake[] = [
  {
    id: 'a'.repeat(32),
    name: 'Source: in',
    subtasks: 2,
    rate: 100,
    busy: 0.2,
    backPressured: 0.1,
    pending: 0,
    lagMs: 5,
  },
  { id: 'b'.repeat(32), name: 'out', subtasks: 2, rate: 100, busy: 0.5 },
];

/** Adds the series of a job to those that are there already. */
export function addJobSeries(metrics: FakeMetrics, job: JobSeries = {}): void {
  const { namespace = 'default', jobName = 'topup', flinkJobId = 'f'.repeat(32), ageMs = 1000 } = job;
  const pod = job.jobManagerPod ?? 'c-jobmanager-0';
  const own = { namespace, job_name: jobName, job_id: flinkJobId };
  const add = (query: QueryName, labels: Sample['labels'], value: number): void =>
    metrics.set(query, [...(metrics.answers.get(query) ?? []), { labels, value }]);
  const stateTime = job.stateTime ?? { name: 'runningTime', ms: 600_000 };
  const values: Readonly<Record<string, number>> = {
    runningTime: 0,
    restartingTime: 0,
    failingTime: 0,
    cancellingTime: 0,
    createdTime: 0,
    initializingTime: 0,
    [stateTime.name]: stateTime.ms,
    numRestarts: job.restarts ?? 0,
    numRescales: 0,
    numberOfCompletedCheckpoints: 7,
    numberOfFailedCheckpoints: 0,
    numberOfInProgressCheckpoints: 0,
    lastCompletedCheckpointId: job.lastCompletedId ?? 7,
    lastCheckpointCompletedTimestamp: 1_000_000,
    lastCheckpointDuration: 80,
  };
  for (const [name, value] of Object.entries(values)) {
    add('job', { ...own, pod, __name__: `flink_jobmanager_job_${name}` }, value);
  }
  add('jobAge', { ...own, pod }, ageMs / 1000);
  const cluster = { numRegisteredTaskManagers: 1, taskSlotsTotal: 4, taskSlotsAvailable: 2 };
  for (const [name, value] of Object.entries(cluster)) {
    add('cluster', { namespace, pod, __name__: `flink_jobmanager_${name}` }, value);
  }
  add('clusterAge', { namespace, pod }, ageMs / 1000);
  for (const vertex of job.vertices ?? PLAIN_VERTICES) {
    for (const [query, value] of vertexValues(vertex, ageMs)) {
      if (value !== undefined) add(query, { ...own, task_id: vertex.id, task_name: vertex.name }, value);
    }
  }
}

function vertexValues(vertex: VertexFake, ageMs: number): readonly (readonly [QueryName, number | undefined])[] {
  const { subtasks, busy, backPressured = 0, rate } = vertex;
  const isSource = vertex.pending !== undefined || vertex.lagMs !== undefined;
  return [
    ['vertexIn', rate],
    ['vertexOut', rate],
    ['vertexBusy', busy * 1000 * subtasks],
    ['vertexIdle', (1 - busy - backPressured) * 1000 * subtasks],
    ['vertexBackPressured', backPressured * 1000 * subtasks],
    ['vertexBusiest', busy * 1000],
    ['vertexSubtasks', subtasks],
    ['vertexAge', ageMs / 1000],
    ['sourceIn', isSource ? rate : undefined],
    ['sourcePending', vertex.pending],
    ['sourcePendingGrowth', vertex.pending === undefined ? undefined : 0],
    ['sourceLag', vertex.lagMs],
  ];
}
