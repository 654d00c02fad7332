import { SourceError } from '../../../io/errors.ts';
import { killProcesses } from '../processes.ts';
import { type StepFinding, absent, done, failed, pending } from '../../contract.ts';
import { type StepKind, type StepTarget, tailOf } from './step.ts';

/** `stop-process/POD`: ends one process, named by its identity, and what it started itself. */
export const stopProcess: StepKind = {
  async find({ cluster, context }) {
    const alive = (await cluster.processes()).some(({ identity }) => identity === context.step.key);
    return alive ? absent : done(`${context.step.key} is gone`);
  },
  async send(target) {
    const { cluster, context } = target;
    const all = await cluster.processes();
    if (!all.some(({ identity }) => identity === context.step.key)) return;
    const children = all.filter(({ pod, main }) => pod === tailOf(target) && !main);
    await killProcesses([context.step.key, ...children.map(({ identity }) => identity)], cluster.clock);
  },
};

/** `stop-unregistered/POD`: the same, unless the JobManager names the pod. Its silence proves nothing, so it must answer. */
export const stopUnregistered: StepKind = {
  async find(target) {
    const finding = await stopProcess.find(target);
    if (finding.state !== 'Absent' || !(await isRegistered(target))) return finding;
    return failed(`${tailOf(target)} is registered again: it is left alone`);
  },
  async send(target) {
    if (await isRegistered(target)) throw new Error(`${tailOf(target)} is registered again`);
    await stopProcess.send?.(target);
  },
};

async function isRegistered(target: StepTarget): Promise<boolean> {
  const registered = await target.rest.taskManagers(target.context.signal);
  return registered.some(({ id }) => id === tailOf(target));
}

/** `stop-all/N`: ends every process of incarnations up to N, so also TaskManagers that outlived their JobManager. */
export const stopAll: StepKind = {
  async find(target) {
    const alive = await processesUpTo(target);
    return alive.length === 0 ? done('no process of the old cluster lives') : absent;
  },
  async send(target) {
    await killProcesses(await processesUpTo(target), target.cluster.clock);
  },
};

async function processesUpTo(target: StepTarget): Promise<readonly string[]> {
  const newest = Number(tailOf(target));
  const all = await target.cluster.processes();
  return all.filter(({ incarnation }) => incarnation <= newest).map(({ identity }) => identity);
}

/** `start-jobmanager`: the next incarnation. Done when Flink REST answers. */
export const startJobManager: StepKind = {
  async find(target) {
    const finding = await findStarted(target, target.cluster.layout.jobManager);
    if (finding.state !== 'Done') return finding;
    try {
      await target.rest.overview(target.context.signal);
      return finding;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return pending(`${finding.detail} does not answer yet`);
    }
  },
  async send({ cluster, context }) {
    const stopped = context.journal.find(({ step }) => step.startsWith('stop-all/'))?.step;
    const next = Number(stopped?.split('/')[1] ?? 0) + 1;
    const { incarnation } = await cluster.update((state) => ({
      ...state,
      incarnation: Math.max(state.incarnation, next),
      bootstrapped: true,
    }));
    await cluster.start({ pod: cluster.layout.jobManager, step: context.step.key, incarnation });
  },
};

/** `start-taskmanager/POD`: also makes the pod one of those that the cluster shall have. */
export const startTaskManager: StepKind = {
  find: (target) => findStarted(target, tailOf(target)),
  async send(target) {
    const { cluster, context } = target;
    const pod = tailOf(target);
    const { incarnation } = await cluster.update((state) =>
      state.taskManagers.includes(pod) ? state : { ...state, taskManagers: [...state.taskManagers, pod] },
    );
    await cluster.start({ pod, step: context.step.key, incarnation });
  },
};

async function findStarted({ cluster, context, state }: StepTarget, pod: string): Promise<StepFinding> {
  const { key } = context.step;
  const alive = (await cluster.processes()).find(
    (process) => process.main && process.pod === pod && process.step === key,
  );
  if (alive !== undefined) return done(alive.identity);
  if (state?.started[pod]?.step === key) return failed(`${pod} ended: see ${cluster.layout.logOf(pod)}`);
  return absent;
}
