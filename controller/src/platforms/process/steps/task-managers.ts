import { absent, done, failed, pending } from '../../contract.ts';
import { killProcesses } from '../processes.ts';
import { registeredPods } from '../registered.ts';
import { type StepKind, type StepTarget } from './step.ts';

/** The number at the end of keys such as `taskmanagers>=3`. */
function numberOf({ context }: StepTarget): number {
  return Number(context.step.key.split('=').at(-1));
}

/** `await-taskmanagers`: writes nothing. Done when as many as the key says are registered. */
export const awaitTaskManagers: StepKind = {
  async find(target) {
    const { cluster, rest, state, context } = target;
    if (state === null) return failed('the cluster has no record');
    const registered = await registeredPods(rest, state, context.signal);
    if (registered.length >= numberOf(target)) return done(`${registered.length} TaskManagers are registered`);
    const alive = await cluster.pods(state);
    const ended = state.taskManagers.find((pod) => !alive.has(pod));
    if (ended !== undefined) return failed(`${ended} ended: see ${cluster.layout.logOf(ended)}`);
    return pending(`${registered.length} of ${state.taskManagers.length} TaskManagers are registered`);
  },
};

/**
 * `stop-free-taskmanager/N`: takes one TaskManager out of the cluster, so that N are left. Which one is seen only
 * when the job has given its slots back, so the key is the number that remains. Never one with a slot in use.
 */
export const stopFreeTaskManager: StepKind = {
  async find(target) {
    const { state } = target;
    if (state === null) return failed('the cluster has no record');
    if (state.taskManagers.length <= numberOf(target)) {
      const leftover = await leftoverOf(target);
      return leftover === undefined ? done(`${state.taskManagers.length} TaskManagers are left`) : absent;
    }
    return (await removable(target)) === undefined ? pending('every TaskManager has slots in use') : absent;
  },
  async send(target) {
    const { cluster, state } = target;
    if (state === null) return;
    const surplus = state.taskManagers.length > numberOf(target);
    const pod = surplus ? await removable(target) : await leftoverOf(target);
    if (pod === undefined) return;
    await cluster.update((now) => ({ ...now, taskManagers: now.taskManagers.filter((other) => other !== pod) }));
    const processes = (await cluster.processes()).filter((process) => process.pod === pod);
    await killProcesses(
      processes.map(({ identity }) => identity),
      cluster.clock,
    );
  },
};

/** One that ended anyway, else the newest that Flink shows with all slots free. */
async function removable({ cluster, rest, state, context }: StepTarget): Promise<string | undefined> {
  if (state === null) return undefined;
  const alive = await cluster.pods(state);
  const ended = state.taskManagers.findLast((pod) => !alive.has(pod));
  if (ended !== undefined) return ended;
  const listed = await rest.taskManagers(context.signal);
  const free = new Set(listed.filter(({ slots, freeSlots }) => freeSlots === slots).map(({ id }) => id));
  return state.taskManagers.findLast((pod) => free.has(pod));
}

/** A TaskManager that was taken out of the record and not ended: Drey stopped between the two. */
async function leftoverOf({ cluster, state }: StepTarget): Promise<string | undefined> {
  if (state === null) return undefined;
  const alive = await cluster.pods(state);
  const known = new Set([cluster.layout.jobManager, ...state.taskManagers]);
  return [...alive.keys()].find((pod) => !known.has(pod));
}
