import { type Freshness, fresh, type Input, type UnusableInput, unusable } from '../core/model/input.ts';
import type { CheckpointCounts, JobRun, JobState, RestartCounts, TaskManagerCounts } from '../core/model/snapshot.ts';
import type { QueryName } from '../sources/prometheus/queries.ts';
import { youngestReport } from './choose-run.ts';
import type { ClusterReport, FleetSeries, RunReport, RunSeries } from './fleet-series.ts';

/** Flink's gauges of the time in a state. `deployingTime` is not among them: a job deploys while it is RUNNING. */
const STATE_TIMES: Readonly<Record<string, JobState>> = {
  runningTime: 'RUNNING',
  restartingTime: 'RESTARTING',
  failingTime: 'FAILING',
  cancellingTime: 'CANCELLING',
  createdTime: 'CREATED',
  initializingTime: 'INITIALIZING',
};

const CHECKPOINT_COUNTERS = [
  'numberOfCompletedCheckpoints',
  'numberOfFailedCheckpoints',
  'numberOfInProgressCheckpoints',
];

/** What the job's own series say. */
export interface JobInputs {
  readonly jobState: Input<JobRun>;
  readonly restarts: Input<RestartCounts>;
  readonly checkpoints: Input<CheckpointCounts>;
}

/** Why an input can't be used. */
export type Problem = {
  readonly freshness: UnusableInput['freshness'];
  readonly detail: string;
  readonly ageMs: number | null;
};

/** The first query of the list that failed, as a problem. */
export function failureOf(fleet: FleetSeries, queries: readonly QueryName[]): Problem | null {
  for (const query of queries) {
    const failure = fleet.failed.get(query);
    if (failure === undefined) continue;
    const freshness: Freshness = failure.kind === 'staleAnswer' ? 'stale' : 'error';
    return { freshness, detail: `${query}: ${failure.message}`, ageMs: null };
  }
  return null;
}

/** Stale or of unknown age; null when fresh. */
export function ageProblem(ageMs: number | null, freshMs: number): Problem | null {
  if (ageMs === null) return { freshness: 'stale', detail: 'the age of its samples is not known', ageMs: null };
  if (Number.isNaN(ageMs)) return { freshness: 'nan', detail: 'the age of its samples is NaN', ageMs: null };
  if (ageMs <= freshMs) return null;
  return { freshness: 'stale', detail: `newest sample is ${Math.round(ageMs / 1000)} s old`, ageMs };
}

/** The input that has this problem. */
export function reject(problem: Problem): UnusableInput {
  return unusable(problem.freshness, 'prometheus', problem.detail, problem.ageMs);
}

/** State, restarts and checkpoints from the series of the chosen run. */
export function jobInputs(fleet: FleetSeries, run: RunSeries | null, freshMs: number): JobInputs {
  const report = run === null ? null : youngestReport(run);
  const problem = failureOf(fleet, ['job', 'jobAge']) ?? reportProblem(report, freshMs);
  if (problem !== null || report === null || run === null) {
    const none = reject(problem ?? { freshness: 'absent', detail: 'no series', ageMs: null });
    return { jobState: none, restarts: none, checkpoints: none };
  }
  return {
    jobState: jobState(report, run.flinkJobId),
    restarts: counts(report, ['numRestarts'], (value) => ({
      restarts: value('numRestarts') ?? 0,
      rescales: value('numRescales'),
    })),
    checkpoints: counts(report, CHECKPOINT_COUNTERS, checkpointCounts),
  };
}

function reportProblem(report: RunReport | null, freshMs: number): Problem | null {
  if (report === null || report.values.size === 0) return { freshness: 'absent', detail: 'no series', ageMs: null };
  const age = ageProblem(report.ageMs, freshMs);
  if (age !== null) return age;
  const times = Object.keys(STATE_TIMES).flatMap((name) => report.values.get(name) ?? []);
  // A job is always in some state, so zeros in all of them are no zeros. It is so, too, at the moment when it ends.
  if (times.length > 0 && times.every((time) => time === 0)) {
    return { freshness: 'implausible', detail: 'the time in every job state is 0', ageMs: report.ageMs };
  }
  return null;
}

function jobState(report: RunReport, flinkJobId: string): Input<JobRun> {
  const times = Object.entries(STATE_TIMES).flatMap(([name, state]) => {
    const time = report.values.get(name);
    return time === undefined ? [] : [{ state, time }];
  });
  if (times.length === 0) return unusable('absent', 'prometheus', 'no series of job states', report.ageMs);
  if (times.some(({ time }) => Number.isNaN(time)))
    return unusable('nan', 'prometheus', 'a job state is NaN', report.ageMs);
  const now = times.filter(({ time }) => time > 0);
  const [state] = now;
  if (state === undefined || now.length > 1) {
    return unusable('implausible', 'prometheus', `${now.length} job states at once`, report.ageMs);
  }
  const runningForMs = state.state === 'RUNNING' ? state.time : 0;
  return fresh({ state: state.state, flinkJobId, runningForMs }, 'prometheus', report.ageMs ?? 0);
}

type Reader = (name: string) => number | null;

/** A group of counters: all of `needed` there, none of the report NaN. */
function counts<T>(report: RunReport | ClusterReport, needed: readonly string[], make: (value: Reader) => T): Input<T> {
  const missing = needed.find((name) => !report.values.has(name));
  if (missing !== undefined) return unusable('absent', 'prometheus', `no series ${missing}`, report.ageMs);
  let nan: string | null = null;
  const value = make((name) => {
    const number = report.values.get(name) ?? null;
    if (Number.isNaN(number)) nan = name;
    return number;
  });
  if (nan !== null) return unusable('nan', 'prometheus', `${String(nan)} is NaN`, report.ageMs);
  return fresh(value, 'prometheus', report.ageMs ?? 0);
}

function checkpointCounts(value: Reader): CheckpointCounts {
  // Flink writes -1 before the first one.
  const known = (name: string): number | null => {
    const number = value(name);
    return number !== null && number < 0 ? null : number;
  };
  return {
    completed: value('numberOfCompletedCheckpoints') ?? 0,
    failed: value('numberOfFailedCheckpoints') ?? 0,
    inProgress: value('numberOfInProgressCheckpoints') ?? 0,
    lastCompletedId: known('lastCompletedCheckpointId'),
    lastCompletedAt: known('lastCheckpointCompletedTimestamp'),
    lastDurationMs: known('lastCheckpointDuration'),
  };
}

/**
 * TaskManagers of the job's cluster: as the JobManager that reports the job says, or the only one of the namespace.
 * A running job has slots, so none at all is no zero.
 */
export function taskManagerInput(
  fleet: FleetSeries,
  at: { readonly namespace: string; readonly run: RunSeries | null; readonly slotsExpected: boolean },
  freshMs: number,
): Input<TaskManagerCounts> {
  const failure = failureOf(fleet, ['cluster', 'clusterAge']);
  if (failure !== null) return reject(failure);
  const pods = fleet.clusters.get(at.namespace);
  const pod = at.run === null ? undefined : youngestReport(at.run)?.pod;
  const only = pods?.size === 1 ? pods.values().next().value : undefined;
  const report = (pod === undefined ? undefined : pods?.get(pod)) ?? only;
  if (report === undefined || report.values.size === 0) {
    return unusable('absent', 'prometheus', pods === undefined ? 'no series' : 'no JobManager of this job reports');
  }
  const age = ageProblem(report.ageMs, freshMs);
  if (age !== null) return reject(age);
  const input = counts(report, ['numRegisteredTaskManagers', 'taskSlotsTotal', 'taskSlotsAvailable'], (value) => ({
    registered: value('numRegisteredTaskManagers') ?? 0,
    slotsTotal: value('taskSlotsTotal') ?? 0,
    slotsFree: value('taskSlotsAvailable') ?? 0,
  }));
  if (input.freshness === 'fresh' && at.slotsExpected && input.value.slotsTotal === 0) {
    return unusable('implausible', 'prometheus', 'no slots while the job runs', input.ageMs);
  }
  return input;
}
