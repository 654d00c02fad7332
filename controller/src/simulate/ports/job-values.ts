import type { SimulatedJob } from '../model/job.ts';
import type { JobScrapes } from './scrapes.ts';
import { jobManagerPod } from './world.ts';

/** Flink's gauges of the time in a state. */
const STATE_TIMES: Readonly<Record<string, string>> = {
  RUNNING: 'runningTime',
  RESTARTING: 'restartingTime',
  FAILING: 'failingTime',
  CANCELLING: 'cancellingTime',
  CREATED: 'createdTime',
  INITIALIZING: 'initializingTime',
};

/** What a JobManager that answers exports now. An ended run exports nothing. */
export function jobValues(job: SimulatedJob): JobScrapes['jobManager'] {
  const { run } = job;
  const alive = run !== undefined && run.endedAt === null;
  return {
    t: job.now,
    pod: jobManagerPod(job.name),
    flinkJobId: alive ? run.flinkJobId : null,
    job: alive ? runValues(job, run) : {},
    cluster: clusterValues(job),
  };
}

function runValues(job: SimulatedJob, run: NonNullable<SimulatedJob['run']>): Record<string, number> {
  const times = Object.fromEntries(Object.values(STATE_TIMES).map((name) => [name, 0]));
  const own = STATE_TIMES[run.state];
  // A state that was just entered has lasted a moment.
  if (own !== undefined) times[own] = Math.max(1, (job.now - run.since) * 1000);
  const newest = run.history.find(({ status }) => status === 'COMPLETED');
  return {
    ...times,
    numRestarts: run.restarts,
    numRescales: run.rescales,
    numberOfCompletedCheckpoints: run.completed,
    numberOfFailedCheckpoints: run.failed,
    numberOfInProgressCheckpoints: job.checkpoints.inProgress,
    lastCompletedCheckpointId: newest?.id ?? -1,
    lastCheckpointCompletedTimestamp: newest?.completedAt ?? -1,
    lastCheckpointDuration: newest === undefined ? -1 : ((newest.completedAt ?? 0) - newest.triggeredAt) * 1000,
  };
}

function clusterValues({ taskManagers, parallelism, running }: SimulatedJob): Record<string, number> {
  const { slots } = taskManagers;
  const used = running ? Math.max(...parallelism) : 0;
  return {
    numRegisteredTaskManagers: taskManagers.running.length,
    taskSlotsTotal: slots,
    taskSlotsAvailable: Math.max(0, slots - used),
  };
}
