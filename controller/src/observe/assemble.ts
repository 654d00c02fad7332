import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { RestorePoints } from '../core/model/restore-point.ts';
import type { Exceptions, JobRun, RestoredFrom, Snapshot, UnregisteredTaskManager } from '../core/model/snapshot.ts';
import type { Topology } from '../core/model/topology.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { chooseRun } from './choose-run.ts';
import { type FleetSeries, jobIdentity, type RunSeries } from './fleet-series.ts';
import { jobInputs, taskManagerInput } from './job-inputs.ts';
import { lagInput } from './lag-input.ts';
import { freshLimitMs, type ObserverSettings } from './settings.ts';
import { vertexReadings } from './vertex-inputs.ts';

/** What was asked outside metrics for one job. */
export interface Lookup {
  /** Flink's own word on the state: an answer, why there is none, or null when it was not asked. */
  readonly state: { readonly ok: true; readonly run: JobRun } | { readonly ok: false; readonly problem: string } | null;
  readonly topology: Input<Topology>;
  readonly restoredFrom: Input<RestoredFrom>;
  readonly restorePoints: Input<RestorePoints>;
  readonly exceptions: Input<Exceptions>;
  /** Living TaskManagers that Flink does not name; null where it was not asked or did not answer. */
  readonly unregistered: readonly UnregisteredTaskManager[] | null;
}

/** What the snapshots of one tick share. */
export interface AssembleContext {
  readonly fleet: FleetSeries;
  readonly settings: Pick<ObserverSettings, 'scrapeMs' | 'tickMs'>;
  readonly windowMs: number;
  /** Controller's clock. */
  readonly at: number;
}

/** The series of a job's run; `wanted` = the run that Flink named. */
export function seriesOf(
  job: PlatformJob,
  context: Omit<AssembleContext, 'windowMs' | 'at'>,
  wanted: string | null,
): RunSeries | null {
  const runs = context.fleet.jobs.get(jobIdentity(job.ref.namespace, job.jobName));
  return chooseRun(runs, freshLimitMs(context.settings), wanted);
}

/** Puts the snapshot of one job together. Pure. */
export function assemble(
  job: PlatformJob,
  lookup: Lookup & Pick<Snapshot, 'rules'>,
  context: AssembleContext,
): Snapshot {
  const { fleet, windowMs } = context;
  const freshMs = freshLimitMs(context.settings);
  const named = lookup.state?.ok === true ? lookup.state.run.flinkJobId : null;
  const series = seriesOf(job, context, named);
  const metrics = jobInputs(fleet, series, freshMs);
  const jobState = stateInput(metrics.jobState, lookup.state);
  const vertexContext = {
    fleet,
    run: series,
    topology: lookup.topology,
    freshMs,
    windowMs,
    runningForMs: metrics.jobState.freshness === 'fresh' ? metrics.jobState.value.runningForMs : null,
  };
  const readings = vertexReadings(vertexContext);
  const running = jobState.freshness === 'fresh' && jobState.value.state === 'RUNNING';
  // With zeroed job series the cluster's zeros are none either.
  const slotsExpected = running || metrics.jobState.freshness === 'implausible';
  return {
    key: job.key,
    ref: job.ref,
    at: context.at,
    jobState,
    restarts: metrics.restarts,
    checkpoints: metrics.checkpoints,
    vertices: readings.vertices,
    lag: lagInput(vertexContext, readings),
    topology: lookup.topology,
    taskManagers: taskManagerInput(fleet, { namespace: job.ref.namespace, run: series, slotsExpected }, freshMs),
    platform: platformInput(job, lookup),
    restorePoints: lookup.restorePoints,
    restoredFrom: lookup.restoredFrom,
    exceptions: lookup.exceptions,
    rules: lookup.rules,
  };
}

/**
 * A JobManager that answers for the job has not ended, whatever the processes look like from here: they carry another
 * mark where the state folder was moved or restored, or somebody started them by hand. Another one must not be started
 * beside it. One that does not know the job may be somebody else's on the same port.
 */
function platformInput(job: PlatformJob, { state: answer, unregistered }: Lookup): Snapshot['platform'] {
  if (job.status.jobManager === 'Running' || answer?.ok !== true || answer.run.state === 'Gone') {
    if (unregistered === null) return fresh(job.status, 'platform');
    const { taskManagers } = job.status;
    return fresh({ ...job.status, taskManagers: { ...taskManagers, unregistered } }, 'platform');
  }
  const detail = `the JobManager's process is not found, but Flink answers at ${job.restUrl ?? 'its address'}`;
  return unusable('implausible', 'platform', detail);
}

/** Flink's word where it was asked; the metrics' verdict stands where Flink gave none. */
function stateInput(metrics: Input<JobRun>, answer: Lookup['state']): Input<JobRun> {
  if (answer === null) return metrics;
  if (!answer.ok) {
    if (metrics.freshness === 'fresh') return metrics;
    return unusable(metrics.freshness, metrics.source, `${metrics.detail}; ${answer.problem}`, metrics.ageMs);
  }
  const { run } = answer;
  // Flink's list does not tell for how long; the series of the same run do.
  const same =
    metrics.freshness === 'fresh' && metrics.value.flinkJobId === run.flinkJobId && metrics.value.state === run.state;
  return fresh(same ? metrics.value : run, 'flink-rest');
}
