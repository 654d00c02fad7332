import type { ActionParams } from '../../core/model/action.ts';
import type { PlanStep } from '../../core/model/remediation.ts';
import { type PlanRequest, UnsupportedError, chooseStep, startStep } from '../contract.ts';
import { hashOf } from './hash.ts';

/** What planning must know of a cluster of processes. */
export interface ClusterFacts {
  /** TaskManagers that the cluster shall have, in order of their number; `identity` = pid@start, null when ended. */
  readonly taskManagers: readonly { readonly pod: string; readonly identity: string | null }[];
  /** Counts the JobManagers of this cluster. */
  readonly incarnation: number;
  /** Name of the TaskManager with a number. */
  readonly podName: (index: number) => string;
  /** Whether a new size takes effect with the next checkpoint only. */
  readonly rescaleWaitsForCheckpoint: boolean;
}

/** Rounds of choosing a restore point and starting from it: the newest, then at most two older ones. */
const ROUNDS = [1, 2, 3];

/** Name of the step that stops one free TaskManager, so that `remaining` are left. */
const stopFreeStep = (remaining: number): string => `stop-free-taskmanager/${remaining}`;

/** The steps of an action on a session cluster of processes. Pure: identities come from `request.ids`. */
export function planSteps(request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  switch (request.action) {
    case 'RestartTaskManager':
      return restartTaskManagers(request, facts);
    case 'ScaleTaskManagers':
      return scaleTaskManagers(request, facts);
    case 'Rescale':
      return rescale(request, facts);
    case 'TriggerCheckpoint':
      return [{ step: 'trigger-checkpoint', key: `${runOf(request)}/${request.ids()}` }];
    case 'RestartFromCheckpoint':
      return restartFromCheckpoint(request);
    case 'RecreateCluster':
      return recreateCluster(request, facts);
    case 'TriggerSavepoint':
    case 'RestartJobManager':
    case 'RecreateResource':
    case 'Rollback':
    case 'Suspend':
    case 'Resume':
      throw new UnsupportedError(`${request.action} can't be done on the platform process`);
  }
}

function restartTaskManagers(request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  const pods = request.params.pods ?? [];
  if (pods.length === 0) throw new UnsupportedError('RestartTaskManager needs pods');
  const kind = request.params.onlyUnregistered === true ? 'stop-unregistered' : 'stop-process';
  const known = pods.map((pod) => {
    const found = facts.taskManagers.find((taskManager) => taskManager.pod === pod);
    if (found === undefined) throw new UnsupportedError(`the cluster has no TaskManager ${pod}`);
    return found;
  });
  const ended = known.filter(({ identity }) => identity === null).map(({ pod }) => startTaskManager(pod, request));
  // After those: a step that finds its TaskManager registered again ends the action.
  const alive = known.flatMap(({ pod, identity }) =>
    identity === null ? [] : [{ step: `${kind}/${pod}`, key: identity }, startTaskManager(pod, request)],
  );
  return [...ended, ...alive, awaitTaskManagers(facts.taskManagers.length)];
}

function scaleTaskManagers(request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  const wanted = taskManagersOf(request.params);
  return [...startMissing(wanted, request, facts), ...stopFree(wanted, facts)];
}

/**
 * More TaskManagers come before the new size, fewer after it: the job never wants slots that are not there. Where Flink
 * waits for a checkpoint, one is asked for after the new size; where it does not, before, so that little is replayed.
 */
function rescale(request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  const run = runOf(request);
  const parallelism = request.params.parallelism ?? {};
  if (Object.keys(parallelism).length === 0) throw new UnsupportedError('Rescale needs a parallelism for every vertex');
  const wanted = request.params.taskManagers ?? facts.taskManagers.length;
  const size = `${run}/${hashOf(parallelism)}`;
  const missing = startMissing(wanted, request, facts);
  const put = { step: 'put-requirements', key: size };
  const checkpoint = { step: 'trigger-checkpoint', key: `${run}/${request.ids()}` };
  return [
    ...missing,
    ...(facts.rescaleWaitsForCheckpoint ? [put, checkpoint] : [checkpoint, put]),
    { step: 'await-parallelism', key: size },
    ...stopFree(wanted, facts),
  ];
}

function restartFromCheckpoint(request: PlanRequest): readonly PlanStep[] {
  const { flinkJobId } = request;
  const cancel = flinkJobId === null ? [] : [{ step: 'cancel-run', key: flinkJobId }];
  return [...cancel, { step: 'prove-ended', key: flinkJobId ?? 'none' }, ...rounds(request)];
}

function recreateCluster(request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  return [
    { step: `stop-all/${facts.incarnation}`, key: `incarnation<=${facts.incarnation}` },
    { step: 'start-jobmanager', key: request.ids() },
    ...facts.taskManagers.map(({ pod }) => startTaskManager(pod, request)),
    awaitTaskManagers(facts.taskManagers.length),
    ...rounds(request),
  ];
}

function rounds(request: PlanRequest): readonly PlanStep[] {
  return ROUNDS.flatMap((round) => [
    { step: chooseStep(round), key: `round-${round}` },
    { step: startStep(round), key: request.ids() },
  ]);
}

function startMissing(wanted: number, request: PlanRequest, facts: ClusterFacts): readonly PlanStep[] {
  const pods = facts.taskManagers.map(({ pod }) => pod);
  for (let index = 0; pods.length < wanted; index += 1) {
    const pod = facts.podName(index);
    if (!pods.includes(pod)) pods.push(pod);
  }
  const alive = new Set(facts.taskManagers.filter(({ identity }) => identity !== null).map(({ pod }) => pod));
  const missing = pods.slice(0, wanted).filter((pod) => !alive.has(pod));
  if (missing.length === 0) return [];
  return [...missing.map((pod) => startTaskManager(pod, request)), awaitTaskManagers(wanted)];
}

function stopFree(wanted: number, facts: ClusterFacts): readonly PlanStep[] {
  const surplus = facts.taskManagers.length - wanted;
  return Array.from({ length: Math.max(0, surplus) }, (_, index) => {
    const remaining = facts.taskManagers.length - index - 1;
    return { step: stopFreeStep(remaining), key: `taskmanagers<=${remaining}` };
  });
}

function startTaskManager(pod: string, request: PlanRequest): PlanStep {
  return { step: `start-taskmanager/${pod}`, key: request.ids() };
}

function awaitTaskManagers(wanted: number): PlanStep {
  return { step: 'await-taskmanagers', key: `taskmanagers>=${wanted}` };
}

function taskManagersOf(params: ActionParams): number {
  const wanted = params.taskManagers;
  if (wanted === undefined || wanted < 1) throw new UnsupportedError('ScaleTaskManagers needs a number of at least 1');
  return wanted;
}

function runOf(request: PlanRequest): string {
  if (request.flinkJobId === null) throw new UnsupportedError(`${request.action} needs a run of the job`);
  return request.flinkJobId;
}
