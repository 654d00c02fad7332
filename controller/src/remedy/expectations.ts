import { type CheckpointBefore, isNewCheckpoint } from '../core/model/flink-lines.ts';
import type { Input, InputName } from '../core/model/input.ts';
import type { Expected, Remediation } from '../core/model/remediation.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { restorePointOf, roundOf, startStep } from '../platforms/contract.ts';
import { canonical } from '../sources/storage/location.ts';

/** What one snapshot says of one promise. `unknown`: the input is not fresh or older than the action's end. */
export interface Sight {
  readonly state: 'met' | 'contrary' | 'unknown';
  readonly said: string;
  /** Contrary for good: waiting longer would not help. */
  readonly final?: boolean;
}

/** What a promise is judged by. */
export interface Evidence {
  readonly remediation: Remediation;
  readonly snapshot: Snapshot;
  /** The policy's objective; null where none is in force. */
  readonly maxLagMs: number | null;
  /** Lag when first seen after the action; null when not seen yet. */
  readonly firstLagMs: number | null;
  /** Number of the newest checkpoint when first seen after the action; null when not seen yet. */
  readonly firstCheckpointId: number | null;
}

const met = (said: string): Sight => ({ state: 'met', said });
const contrary = (said: string): Sight => ({ state: 'contrary', said });
const unknown = (said: string): Sight => ({ state: 'unknown', said });
const judged = (ok: boolean, said: string): Sight => (ok ? met(said) : contrary(said));

/** One promise against one snapshot. */
export const SIGHTS: Readonly<Record<Expected, (evidence: Evidence) => Sight>> = {
  Running: (evidence) =>
    since(evidence, 'jobState', evidence.snapshot.jobState, ({ state, flinkJobId }) => {
      const wanted = startedRun(evidence.remediation)?.flinkJobId ?? null;
      if (wanted !== null && flinkJobId === null) return unknown(`${state}, of an unknown run`);
      if (wanted !== null && flinkJobId !== wanted) return contrary(`${state} as ${flinkJobId}, not as ${wanted}`);
      // Flink never takes FAILED back: what heals it must not wait for this verdict.
      return state === 'FAILED' ? { ...contrary(state), final: true } : judged(state === 'RUNNING', state);
    }),
  RestoredFromChosenPoint: restoredFromChosenPoint,
  NewCheckpoint: (evidence) =>
    since(evidence, 'checkpoints', evidence.snapshot.checkpoints, (counts) => {
      const before = checkpointBefore(evidence);
      const isNew = isNewCheckpoint(counts, before);
      if (isNew === null) return unknown('when the newest checkpoint completed is not known');
      const { lastCompletedAt, lastCompletedId } = counts;
      const said =
        lastCompletedAt === null
          ? `number ${before.id ?? '?'} before it`
          : `completed ${ago(lastCompletedAt, evidence)}`;
      return judged(isNew, `newest checkpoint ${lastCompletedId ?? '?'}, ${said}`);
    }),
  ParallelismReached: parallelismReached,
  TaskManagersRegistered: (evidence) =>
    since(evidence, 'taskManagers', evidence.snapshot.taskManagers, ({ registered }) => {
      const { params } = evidence.remediation.spec;
      const { platform } = evidence.snapshot;
      const wanted =
        params.taskManagers ?? (platform.freshness === 'fresh' ? platform.value.taskManagers.wanted : null);
      if (wanted === null) return unknown('how many TaskManagers are wanted is not known');
      return judged(registered >= wanted, `${registered} of ${wanted} TaskManagers registered`);
    }),
  LagFalling: (evidence) =>
    since(evidence, 'lag', evidence.snapshot.lag, ({ lagMs }) => {
      const { maxLagMs, firstLagMs } = evidence;
      const said = `lag ${Math.round(lagMs / 1000)} s`;
      if (maxLagMs !== null && lagMs <= maxLagMs) return met(said);
      if (firstLagMs !== null && lagMs < firstLagMs * 0.9)
        return met(`${said}, first ${Math.round(firstLagMs / 1000)} s`);
      return judged(backlogShrinks(evidence), said);
    }),
  RuleQuiet: ruleQuiet,
};

/** Only evidence that is newer as a whole than the action speaks; a rule that says so all the time was not helped. */
function ruleQuiet({ remediation, snapshot }: Evidence): Sight {
  const name = remediation.spec.incident.rule;
  const input = name === undefined ? undefined : snapshot.rules[name];
  if (name === undefined || input === undefined) return unknown('the rule is not in force any more');
  if (input.freshness !== 'fresh') return unknown(`${name} is ${input.freshness}: ${input.detail}`);
  const { isTrue, evidenceFrom, detail } = input.value;
  if (!isSince(remediation, evidenceFrom)) return unknown(`${name} looks back behind the action's end`);
  return isTrue ? contrary(`${name}: ${detail}`) : met(`${name} is quiet`);
}

/** The run that this action started; null where it started none. `flinkJobId` is null where the key is no job id. */
function startedRun(
  remediation: Remediation,
): { readonly flinkJobId: string | null; readonly path: string | null } | null {
  const { steps } = remediation.status;
  for (const { step, key, state } of steps) {
    const round = roundOf(step);
    if (round === null || step !== startStep(round) || state !== 'Done') continue;
    return { flinkJobId: /^[0-9a-f]{32}$/.test(key) ? key : null, path: restorePointOf(steps, round) };
  }
  return null;
}

/** Lag whose sample is younger than the action's end; null when there is none. */
export function lagAfter(remediation: Remediation, { lag, at }: Snapshot): number | null {
  return lag.freshness === 'fresh' && isSince(remediation, at - lag.ageMs) ? lag.value.lagMs : null;
}

/** Number of the newest checkpoint by a sample younger than the action's end; null when there is none. */
export function checkpointAfter(remediation: Remediation, { checkpoints, at }: Snapshot): number | null {
  if (checkpoints.freshness !== 'fresh' || !isSince(remediation, at - checkpoints.ageMs)) return null;
  return checkpoints.value.lastCompletedId;
}

/** Evidence counts by its own time: what is older than the end of the action does not judge it. */
function since<T>(evidence: Evidence, name: InputName, input: Input<T>, judge: (value: T) => Sight): Sight {
  if (input.freshness !== 'fresh') return unknown(`${name} is ${input.freshness}: ${input.detail}`);
  const { remediation, snapshot } = evidence;
  if (!isSince(remediation, snapshot.at - input.ageMs)) return unknown(`${name} is older than the action's end`);
  return judge(input.value);
}

function isSince({ status }: Remediation, at: number): boolean {
  return at > (status.endedAt ?? Number.POSITIVE_INFINITY);
}

/** A run that this action started proves by its id alone that the evidence is younger: its own time does not matter. */
function restoredFromChosenPoint({ remediation, snapshot }: Evidence): Sight {
  const { restoredFrom } = snapshot;
  const run = startedRun(remediation);
  if (restoredFrom.freshness !== 'fresh')
    return unknown(`restoredFrom is ${restoredFrom.freshness}: ${restoredFrom.detail}`);
  if (run?.path === null || run?.path === undefined) return unknown('no restore point was chosen');
  const { flinkJobId, startedAt, point } = restoredFrom.value;
  const mine =
    run.flinkJobId === null ? startedAt >= (remediation.status.startedAt ?? 0) : flinkJobId === run.flinkJobId;
  if (!mine) return unknown(`restoredFrom is of the run ${flinkJobId}`);
  if (point === null) return contrary('the run started empty');
  if (canonical(point.path) === canonical(run.path)) return met(`restored from ${point.path}`);
  // After a failover Flink names the newer checkpoint of the same run; its numbers go on from the restored one.
  const own =
    point.path.includes(`/${flinkJobId}/`) && point.checkpointId > (numberOf(run.path) ?? Number.POSITIVE_INFINITY);
  return judged(own, `restored from ${point.path}, chosen was ${run.path}`);
}

function parallelismReached(evidence: Evidence): Sight {
  const wanted = Object.entries(evidence.remediation.spec.params.parallelism ?? {});
  const { topology, vertices } = evidence.snapshot;
  const compare = (found: ReadonlyMap<string, number>): Sight => {
    const wrong = wanted.filter(([id, size]) => found.get(id) !== size);
    const said = wrong.map(([id, size]) => `${id}: ${found.get(id) ?? 'none'} of ${size}`).join(', ');
    return judged(wrong.length === 0, wrong.length === 0 ? 'every vertex at its size' : said);
  };
  const byTopology = since(evidence, 'topology', topology, (value) =>
    compare(new Map(value.vertices.map((one) => [one.id, one.parallelism]))),
  );
  if (byTopology.state !== 'unknown') return byTopology;
  // The topology is read seldom; the reporting subtasks tell the same.
  const bySeries = since(evidence, 'vertices', vertices, (value) =>
    compare(new Map(value.map((one) => [one.id, one.subtasks]))),
  );
  return bySeries.state === 'unknown' ? byTopology : bySeries;
}

/**
 * What a new checkpoint is newer than. By time: the action's end, or its begin where the action itself triggers one.
 * By number: what was restored; where no run was started, the newest at the first look after the action.
 */
function checkpointBefore({ remediation, firstCheckpointId }: Evidence): CheckpointBefore {
  const { spec, status } = remediation;
  const at = spec.action === 'TriggerCheckpoint' ? status.startedAt : status.endedAt;
  const restored = numberOf(startedRun(remediation)?.path ?? '');
  return { at: at ?? Number.POSITIVE_INFINITY, id: restored ?? firstCheckpointId };
}

function backlogShrinks({ remediation, snapshot: { vertices, at } }: Evidence): boolean {
  if (vertices.freshness !== 'fresh' || !isSince(remediation, at - vertices.ageMs)) return false;
  const growth = vertices.value.map((vertex) => vertex.pendingGrowth).filter((one) => one !== null);
  return growth.length > 0 && growth.reduce((sum, one) => sum + one, 0) < 0;
}

function numberOf(path: string): number | null {
  const id = /\/chk-(\d+)\/?$/.exec(path)?.[1];
  return id === undefined ? null : Number(id);
}

function ago(at: number, { snapshot }: Evidence): string {
  return `${Math.round((snapshot.at - at) / 1000)} s ago`;
}
