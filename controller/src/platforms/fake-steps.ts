import {
  type StepContext,
  type StepFinding,
  UnsupportedError,
  absent,
  done,
  failed,
  pending,
  restorePointOf,
  roundOf,
} from './contract.ts';
import { type FakeJob, type FakeProcess, liveRuns } from './fake-job.ts';

/** What the pretended world counts of the mistakes that a runner could make. */
export interface FakeCounters {
  /** Moments at which a second run of a job was started beside a living one. */
  overlappingRuns: number;
  /** Starts without a restore point. They are refused. */
  emptyStarts: number;
  /** Cancels that deleted the checkpoints. */
  stateLosses: number;
}

/** One kind of step in the pretended world. A step without `send` writes nothing. */
export interface FakeStep {
  find(job: FakeJob, context: StepContext): StepFinding;
  send?(job: FakeJob, context: StepContext, counters: FakeCounters): void;
}

const sizeOf = (key: string): number => Number(key.split('=').at(-1));
const tailOf = (context: StepContext): string => context.step.step.split('/').at(-1) ?? '';
const running = (job: FakeJob): number => [...job.taskManagers.values()].filter((process) => process.alive).length;

function started(process: FakeProcess | undefined, key: string): StepFinding {
  if (process?.key !== key) return absent;
  return process.alive ? done('alive') : failed('the process ended');
}

function endRuns(job: FakeJob): void {
  for (const run of liveRuns(job)) run.state = 'FAILED';
}

const stopProcess: FakeStep = {
  find: (job, context) => {
    const process = job.taskManagers.get(tailOf(context));
    return process?.alive === true && process.key === context.step.key ? absent : done('gone');
  },
  send: (job, context) => stop(job, tailOf(context)),
};

const steps: Readonly<Record<string, FakeStep>> = {
  'stop-process': stopProcess,
  // Nobody registers anywhere in the pretended world.
  'stop-unregistered': stopProcess,
  'start-taskmanager': {
    find: (job, context) => started(job.taskManagers.get(tailOf(context)), context.step.key),
    send: (job, context) => void job.taskManagers.set(tailOf(context), { key: context.step.key, alive: true }),
  },
  'await-taskmanagers': {
    find: (job, { step }) => (running(job) >= sizeOf(step.key) ? done('registered') : pending(`${running(job)} there`)),
  },
  'stop-free-taskmanager': {
    find: (job, { step }) => {
      if (running(job) <= sizeOf(step.key)) return done('stopped');
      return freePod(job) === undefined ? pending('all slots are in use') : absent;
    },
    send: (job) => {
      const pod = freePod(job);
      if (pod !== undefined) job.taskManagers.delete(pod);
    },
  },
  'put-requirements': {
    find: (job, { params }) => (sameSize(job, params.parallelism) ? done('taken') : absent),
    send: (job, { params }) => {
      job.parallelism = { ...params.parallelism };
    },
  },
  'trigger-checkpoint': {
    find: (job, { step }) => (job.points.has(checkpointOf(step.key)) ? done('completed') : absent),
    send: (job, { step }) => void job.points.set(checkpointOf(step.key), true),
  },
  'await-parallelism': {
    find: (job, { params }) => (sameSize(job, params.parallelism) ? done('reached') : pending('not yet')),
  },
  'cancel-run': {
    find: (job, { step }) => {
      const run = liveRuns(job).find(({ flinkJobId }) => flinkJobId === step.key);
      if (run === undefined) return done('ended');
      if (run.state === 'CANCELLING') return pending('CANCELLING');
      return job.keptOnCancel ? absent : failed('a cancel would delete the checkpoints');
    },
    send: (job, { step }, counters) => {
      if (!job.keptOnCancel) counters.stateLosses += 1;
      for (const run of liveRuns(job)) {
        if (run.flinkJobId === step.key) run.state = job.hangsOnCancel ? 'CANCELLING' : 'CANCELED';
      }
    },
  },
  'prove-ended': {
    find: (job) => {
      if (!job.jobManager.alive) return pending('the JobManager does not answer');
      const alive = liveRuns(job)[0];
      return alive === undefined ? done('no run lives') : pending(`${alive.flinkJobId} is ${alive.state}`);
    },
  },
  'start-run': {
    find: (job, { step, journal }) => {
      const run = job.runs.find(({ flinkJobId }) => flinkJobId === step.key);
      if (run === undefined) return absent;
      const path = restorePointOf(journal, roundOf(step.step) ?? 0) ?? '';
      if (run.state === 'FAILED') return failed('FAILED', job.points.get(path) !== true);
      return run.state === 'RUNNING' ? done(`RUNNING from ${path}`) : pending(run.state);
    },
    send: startRun,
  },
  'stop-all': {
    find: (job, context) => {
      const alive = job.jobManager.alive || running(job) > 0;
      return alive && job.incarnation <= Number(tailOf(context)) ? absent : done('gone');
    },
    send: (job) => {
      job.jobManager.alive = false;
      for (const process of job.taskManagers.values()) process.alive = false;
      endRuns(job);
    },
  },
  'start-jobmanager': {
    find: (job, { step }) => started(job.jobManager, step.key),
    send: (job, { step }) => {
      job.incarnation += 1;
      job.jobManager = { key: step.key, alive: true };
    },
  },
};

/** The kind of a step, by its name up to the slash. Throws on a step that no plan holds. */
export function fakeStep(step: string): FakeStep {
  const kind = steps[step.split('/')[0] ?? ''];
  if (kind === undefined) throw new UnsupportedError(`no such step: ${step}`);
  return kind;
}

function startRun(job: FakeJob, { step, journal }: StepContext, counters: FakeCounters): void {
  const path = restorePointOf(journal, roundOf(step.step) ?? 0);
  if (path === null) {
    counters.emptyStarts += 1;
    throw new Error('no restore point was chosen');
  }
  if (liveRuns(job).length > 0) counters.overlappingRuns += 1;
  const state = job.points.get(path) === true ? 'RUNNING' : 'FAILED';
  job.runs.push({ flinkJobId: step.key, state, restoredFrom: path });
}

function stop(job: FakeJob, pod: string): void {
  const process = job.taskManagers.get(pod);
  if (process !== undefined) process.alive = false;
}

function freePod(job: FakeJob): string | undefined {
  return [...job.taskManagers.keys()].findLast((pod) => !job.busyPods.has(pod));
}

function sameSize(job: FakeJob, wanted: Readonly<Record<string, number>> = {}): boolean {
  return Object.entries(wanted).every(([vertex, parallelism]) => job.parallelism[vertex] === parallelism);
}

function checkpointOf(key: string): string {
  const [run, trigger] = key.split('/');
  return `/checkpoints/${run}/chk-${trigger}`;
}
