import type { ActionParams, PlatformAction } from '../model/action.ts';
import type { CauseName, SymptomName } from '../model/diagnosis.ts';
import type { InputName } from '../model/input.ts';
import { usable } from '../model/input.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { Rule } from '../model/rule.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { stuckTaskManagers } from './stuck.ts';

const MINUTE = 60_000;
const page = { action: 'Page', withinMs: 0 } as const;

/** A built-in rule is named as its cause. */
interface Row extends Pick<Rule, 'needs' | 'ladder' | 'summary'> {
  readonly cause: CauseName;
  readonly symptom: SymptomName;
}

const ROWS: readonly Row[] = [
  {
    cause: 'JobManagerLost',
    symptom: 'JobManagerLost',
    needs: ['platform', 'restorePoints'],
    ladder: [{ action: 'RecreateCluster', withinMs: 10 * MINUTE }, page],
    summary: 'The JobManager process ended and took the job with it.',
  },
  {
    cause: 'RestartsExhausted',
    symptom: 'JobFailed',
    needs: ['jobState', 'platform', 'restorePoints'],
    ladder: [{ action: 'RestartFromCheckpoint', withinMs: 5 * MINUTE }, page],
    summary: 'Flink used up its restart attempts and gave the job up.',
  },
  {
    cause: 'TaskManagerLost',
    symptom: 'TaskManagerLost',
    needs: ['platform'],
    ladder: [{ action: 'RestartTaskManager', withinMs: 5 * MINUTE }, page],
    summary: 'A TaskManager process ended; Flink restores the job as soon as its slots are back.',
  },
  {
    cause: 'TaskManagerStuck',
    symptom: 'TaskManagerStuck',
    needs: ['platform'],
    ladder: [{ action: 'RestartTaskManager', withinMs: 5 * MINUTE }, page],
    summary: 'A TaskManager process lives but answers its JobManager no more, so its slots are gone.',
  },
  {
    cause: 'StartedEmpty',
    symptom: 'StartedEmpty',
    needs: ['restoredFrom'],
    ladder: [page],
    summary: 'The job runs without the state that it had before; nobody asked for that.',
  },
  {
    cause: 'JobVanished',
    symptom: 'JobMissing',
    needs: ['jobState'],
    ladder: [page],
    summary: 'Flink runs and does not know the job; whether somebody removed it on purpose can not be told.',
  },
  {
    cause: 'RestartLoop',
    symptom: 'RestartLoop',
    needs: ['restarts'],
    ladder: [page],
    summary: 'Flink restarts the job again and again.',
  },
  {
    cause: 'CheckpointStalled',
    symptom: 'CheckpointStalled',
    needs: ['jobState', 'checkpoints'],
    ladder: [page],
    summary: 'The job runs but completes no checkpoint, so a restart would lose time.',
  },
  {
    cause: 'NotRunning',
    symptom: 'NotRunning',
    needs: ['jobState'],
    ladder: [page],
    summary: 'Flink keeps trying to start the job and does not get there.',
  },
  {
    cause: 'JobUnseen',
    symptom: 'JobUnseen',
    needs: [],
    ladder: [page],
    summary: 'Neither metrics nor Flink tell the state of the job: nobody watches it.',
  },
];

/** In order of precedence: a cause explains the symptoms of those below it. */
export const BUILT_IN_RULES: readonly Rule[] = ROWS.map(({ cause, symptom, ...rest }) => {
  return { name: cause, when: { kind: 'symptom', symptom }, forMs: 0, cause, stated: false, ...rest };
});

/** What a rescale needs. Lag is not among them: without it the job is sized on demand and busy time. */
export const SCALE_NEEDS: readonly InputName[] = ['jobState', 'topology', 'vertices', 'taskManagers', 'platform'];

/** What the policy says of a start from a restore point. */
export function restoreParams({ heal: { restore } }: EffectivePolicy): ActionParams {
  const { maxRewindMs, allowNonRestoredState, claimMode } = restore;
  return { maxRewindMs, allowNonRestoredState, claimMode };
}

/** The action of a rung, made fit for the snapshot at hand. `pods`: those that the evidence names. */
export function actionFor(
  action: PlatformAction,
  { snapshot, policy, pods }: { snapshot: Snapshot; policy: EffectivePolicy; pods: readonly string[] },
): { readonly action: PlatformAction; readonly params: ActionParams } {
  const ended = usable(snapshot.platform)?.taskManagers.ended ?? [];
  const stuck = stuckTaskManagers(snapshot).map(({ pod }) => pod);
  const restore = restoreParams(policy);
  if (action === 'RestartTaskManager') {
    const only = pods.length > 0 && pods.every((pod) => stuck.includes(pod));
    const params = { pods: podsToRestart(snapshot, pods), ...(only && { onlyUnregistered: true as const }) };
    return { action, params };
  }
  // A job that failed for want of TaskManagers gets them back in the same action.
  if (action === 'RestartFromCheckpoint' && ended.length + stuck.length > 0)
    return { action: 'RecreateCluster', params: restore };
  return { action, params: restore };
}

/** Those that ended and those that the evidence names; all of the job where it names none. */
function podsToRestart(snapshot: Snapshot, named: readonly string[]): readonly string[] {
  const status = usable(snapshot.platform);
  const all = status?.pods.taskManagers ?? [];
  const ended = status?.taskManagers.ended ?? [];
  const chosen = [...new Set([...ended, ...all.filter((pod) => named.includes(pod))])];
  return chosen.length > 0 ? chosen : all;
}
