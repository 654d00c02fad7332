import { hasEnded } from '../../core/model/snapshot.ts';
import {
  absent,
  done,
  failed,
  pending,
  restorePointOf,
  roundOf,
  type StepContext,
  type StepFinding,
  UnsupportedError,
} from '../../platforms/contract.ts';
import { canonical } from '../../sources/storage/location.ts';
import type { SimulatedJob } from '../model/job.ts';
import type { Run } from '../model/run.ts';
import type { TaskManager } from '../model/task-managers.ts';

/** A new JobManager answers after this, or when a TaskManager would be up, whichever is sooner; seconds. */
const JOBMANAGER_START_S = 5;

/** Where a step looks and writes. */
export interface Target {
  readonly job: SimulatedJob;
  readonly context: StepContext;
}

/** One kind of step. Without `send` it writes nothing. */
export interface StepKind {
  find(target: Target): StepFinding;
  send?(target: Target): void;
}

const sizeOf = ({ context }: Target): number => Number(context.step.key.split('=').at(-1));
const tailOf = ({ context }: Target): string => context.step.step.split('/').at(-1) ?? '';
const isAlive = (one: TaskManager | undefined): boolean => one !== undefined && one.state !== 'ended';

const KINDS: Readonly<Record<string, StepKind>> = {
  'stop-process': {
    find: (target) => {
      const one = target.job.taskManagers.get(tailOf(target));
      return isAlive(one) && one?.identity === target.context.step.key ? absent : done('gone');
    },
    send: (target) => {
      const { job } = target;
      const pod = tailOf(target);
      const wasRunning = job.taskManagers.get(pod)?.state === 'running';
      job.taskManagers.end(pod);
      job.note('taskManager', `${pod} was stopped`);
      const message = `org.apache.flink.runtime.jobmaster.JobMasterException: TaskManager ${pod} was stopped`;
      if (wasRunning) job.failover({ name: 'JobMasterException', message, taskManager: pod });
    },
  },
  'start-taskmanager': {
    find: (target) => {
      const one = target.job.taskManagers.get(tailOf(target));
      if (one?.identity !== target.context.step.key) return absent;
      return isAlive(one) ? done(one.state) : failed(`${one.pod} ended`);
    },
    send: ({ job, context }) => {
      const pod = tailOf({ job, context });
      job.taskManagers.start(pod, { now: job.now, identity: context.step.key });
      job.note('taskManager', `${pod} starts`);
    },
  },
  'await-taskmanagers': {
    find: (target) => {
      const { running, all } = target.job.taskManagers;
      if (running.length >= sizeOf(target)) return done(`${running.length} TaskManagers are registered`);
      const ended = all.find(({ state }) => state === 'ended');
      if (ended !== undefined) return failed(`${ended.pod} ended`);
      const waits = all.some(({ state }) => state === 'waiting');
      return pending(
        `${running.length} of ${sizeOf(target)} are registered${waits ? ', the cluster has no room' : ''}`,
      );
    },
  },
  'stop-free-taskmanager': {
    find: (target) => {
      const { taskManagers } = target.job;
      if (taskManagers.all.length <= sizeOf(target)) return done(`${taskManagers.all.length} are left`);
      return removable(target.job) === undefined ? pending('every TaskManager has slots in use') : absent;
    },
    send: ({ job }) => {
      const one = removable(job);
      if (one === undefined) return;
      job.taskManagers.remove(one.pod);
      job.note('taskManager', `${one.pod} was released`);
    },
  },
  'put-requirements': {
    find: (target) => {
      const { job } = target;
      runFor(target);
      const wanted = wantedOf(target);
      return wanted.every((size, index) => job.wanted[index] === size) ? done('Flink has the new size') : absent;
    },
    send: (target) => target.job.setWanted(wantedOf(target)),
  },
  'trigger-checkpoint': {
    find: (target) => {
      const run = runFor(target);
      const found = run.triggers.get(target.context.step.key.split('/')[1] ?? '');
      if (typeof found === 'number') return done(`checkpoint ${found} completed`);
      const rescales = target.context.action === 'Rescale';
      if (found === 'failed') return rescales ? done('the checkpoint failed') : failed('the checkpoint failed');
      if (found === null) return pending('the checkpoint is on its way');
      if (hasEnded(run.state)) return failed(`the run is ${run.state}`);
      if (rescales && missingOf(target) === null) return done('not needed any more');
      return run.state === 'RUNNING' ? absent : pending(`the run is ${run.state}`);
    },
    send: (target) => void runFor(target).triggers.set(target.context.step.key.split('/')[1] ?? '', null),
  },
  'await-parallelism': {
    find: (target) => {
      const run = runFor(target);
      if (hasEnded(run.state)) return failed(`the run is ${run.state}`);
      const missing = missingOf(target);
      return missing === null ? done('every vertex has its size') : pending(missing);
    },
  },
  'cancel-run': {
    find: ({ job, context }) => {
      const run = job.runs.find(({ flinkJobId }) => flinkJobId === context.step.key);
      if (run === undefined) return done('Flink does not know the run');
      return hasEnded(run.state) ? done(`the run is ${run.state}`) : absent;
    },
    send: ({ job }) => job.cancel(),
  },
  'prove-ended': {
    find: ({ job }) => {
      if (!job.jobManager.answers) return pending('the JobManager does not answer');
      const alive = job.runs.find(({ state }) => !hasEnded(state));
      return alive === undefined ? done('no run of the job lives') : pending(`${alive.flinkJobId} is ${alive.state}`);
    },
  },
  'start-run': {
    find: findStarted,
    send: (target) => {
      const path = pathOf(target);
      if (path === null) throw new Error('no restore point was chosen: a run is never started empty');
      const { job, context } = target;
      if (context.params.parallelism !== undefined) job.setWanted(wantedOf(target));
      job.start(context.step.key, path);
    },
  },
  'stop-all': {
    find: (target) => {
      const { jobManager, taskManagers } = target.job;
      if (jobManager.incarnation > Number(tailOf(target))) return done('gone');
      return jobManager.state !== 'ended' || taskManagers.all.some(isAlive) ? absent : done('gone');
    },
    send: ({ job }) => {
      job.stoppedAt = job.now;
      if (job.jobManager.state !== 'ended') job.loseJobManager();
      for (const { pod } of job.taskManagers.all) job.taskManagers.end(pod);
      job.note('taskManager', 'all TaskManagers were stopped');
    },
  },
  'start-jobmanager': {
    find: ({ job: { jobManager }, context }) => {
      if (jobManager.key !== context.step.key) return absent;
      if (jobManager.state === 'ended') return failed('the JobManager ended');
      return jobManager.answers ? done('it answers') : pending('it does not answer yet');
    },
    send: ({ job, context }) => {
      const startS = Math.min(JOBMANAGER_START_S, job.spec.downtime.taskManagerStart / 1000);
      job.jobManager.start(context.step.key, { now: job.now, startS });
      job.note('jobManager', 'a new JobManager starts');
    },
  },
};

/** The kind of a step, by its name up to the slash. Throws on a step that no plan holds. */
export function stepKind(step: string): StepKind {
  const kind = KINDS[step.split('/')[0] ?? ''];
  if (kind === undefined) throw new UnsupportedError(`no such step: ${step}`);
  return kind;
}

function findStarted(target: Target): StepFinding {
  const { job, context } = target;
  const run = job.runs.find(({ flinkJobId }) => flinkJobId === context.step.key);
  if (run === undefined) {
    const other = job.runs.find(({ state }) => !hasEnded(state));
    return other === undefined ? absent : failed(`run ${other.flinkJobId} of somebody else is ${other.state}`);
  }
  if (run.state === 'RUNNING') return done(`RUNNING, restored from ${run.restored?.path ?? 'nothing'}`);
  if (!hasEnded(run.state)) return pending(`the run is ${run.state}`);
  const onPoint = run.failure?.startsWith('Cannot find checkpoint') === true;
  return failed(`${run.state}: ${run.failure ?? 'no reason is shown'}`, onPoint);
}

/** As the storage names it. */
function pathOf({ job, context }: Target): string | null {
  const chosen = restorePointOf(context.journal, roundOf(context.step.step) ?? 0);
  if (chosen === null) return null;
  return job.checkpoints.points.find(({ path }) => canonical(path) === canonical(chosen))?.path ?? chosen;
}

/** The run before the slash of the key. Throws where the JobManager does not know it. */
function runFor({ job, context }: Target): Run {
  const id = context.step.key.split('/')[0];
  const run = job.runs.find(({ flinkJobId }) => flinkJobId === id);
  if (run === undefined) throw new Error('Flink does not know the run');
  return run;
}

function wantedOf({ job, context }: Target): readonly number[] {
  const sizes = context.params.parallelism ?? {};
  return job.graph.vertices.map(({ id }, index) => sizes[id] ?? job.wanted[index] ?? 1);
}

function missingOf(target: Target): string | null {
  const { job } = target;
  if (!job.running) return `the job is ${job.state}`;
  const wanted = wantedOf(target);
  const other = job.graph.vertices.find(({ index }) => job.parallelism[index] !== wanted[index]);
  return other === undefined
    ? null
    : `${other.name} has ${job.parallelism[other.index]} of ${wanted[other.index]} subtasks`;
}

/** One that ended anyway, else the newest whose slots are free. */
function removable({ taskManagers, parallelism, running }: SimulatedJob): TaskManager | undefined {
  const ended = taskManagers.all.findLast(({ state }) => state === 'ended');
  return ended ?? taskManagers.free(running ? Math.max(...parallelism) : taskManagers.slots);
}
