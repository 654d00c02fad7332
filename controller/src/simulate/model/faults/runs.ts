import type { FaultKind } from './fault.ts';

/** A record that can't be processed is met so long after each start, seconds. */
const POISON_S = 5;

const exhausted =
  'org.apache.flink.runtime.JobException: Recovery is suppressed by FixedDelayRestartBackoffTimeStrategy(maxNumberRestartAttempts=3, backoffTimeMS=1000)\nCaused by: java.io.IOException: Connection reset by peer';

/** Faults of a run and of its JobManager. */
export const runFaults = {
  jobManagerLost: {
    summary: 'The JobManager ends and takes the job with it',
    begin: (job) => job.loseJobManager(),
    healed: (job) => job.running,
  },
  jobFailed: {
    summary: 'Flink gives the job up',
    begin: (job) => job.fail({ name: 'org.apache.flink.runtime.JobException', message: exhausted, taskManager: null }),
    healed: (job) => job.running,
  },
  restartLoop: {
    summary: 'The job fails again soon after each start',
    everyS: 10,
    step: (job, fault) => {
      if (!job.running || job.now - (job.run?.since ?? 0) < fault.everyS) return;
      const message = 'java.lang.IllegalStateException: Trying to access closed classloader.';
      job.failover({ name: 'java.lang.IllegalStateException', message, taskManager: null });
    },
    healed: (job, fault) => job.jobManager.incarnation > fault.incarnation,
  },
  poisonRecord: {
    summary: 'One record fails the job each time it is read',
    begin: (job) => job.failover(poison),
    step: (job) => {
      if (job.running && job.now - (job.run?.since ?? 0) >= POISON_S) job.failover(poison);
    },
    healed: () => false,
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

const poison = {
  name: 'java.lang.NumberFormatException',
  message: 'java.lang.NumberFormatException: For input string: "+7 (701) 000-00-0O"',
  taskManager: null,
};
