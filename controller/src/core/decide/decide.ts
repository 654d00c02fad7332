import { SCALE_NEEDS, actionFor, restoreParams } from '../diagnose/causes.ts';
import type { CauseRule } from '../diagnose/causes.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { Diagnosis } from '../diagnose/diagnose.ts';
import type { JobMemory } from '../diagnose/memory.ts';
import { stoppedOnPurpose } from '../diagnose/stopped.ts';
import type { PlatformAction } from '../model/action.ts';
import type { CauseName } from '../model/diagnosis.ts';
import type { Decision, InputCitation } from '../model/decision.ts';
import { usable } from '../model/input.ts';
import type { InputName } from '../model/input.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { wasCarriedOut, wroteOutside } from '../model/remediation.ts';
import type { Remediation } from '../model/remediation.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { LoadHistory } from '../scale/history.ts';
import { scale } from '../scale/scale.ts';
import type { ScaleVerdict } from '../scale/scale.ts';
import { firstDenial } from './gates/all.ts';
import type { Candidate, Fleet } from './gates/gate.ts';
import { firstNotFresh } from './gates/input-freshness.ts';
import { underWay } from './gates/in-flight.ts';
import { rungFor } from './ladder.ts';

/** All that a decision on one job rests on. */
/** For a rescale to show: TaskManagers started, job restarted, lag under the objective or falling. */
const RESCALE_WITHIN_MS = 5 * 60_000;

export interface DecideRequest {
  readonly snapshot: Snapshot;
  readonly memory: JobMemory;
  readonly history: LoadHistory;
  readonly policy: EffectivePolicy;
  readonly fleet: Fleet;
  readonly capability: (action: PlatformAction) => 'yes' | { readonly no: string };
  readonly timing: { readonly downtimeMs: number; readonly rateWindowMs: number };
}

/** What to do about one job now: heal first, else size. Pure; the snapshot's time is the only clock. */
export function decide(request: DecideRequest): Decision {
  const diagnosis = diagnose(request.snapshot, request.memory);
  const context = { request, diagnosis };
  if (diagnosis.rule !== null) return heal(context, diagnosis.rule);
  return size(context);
}

interface Context {
  readonly request: DecideRequest;
  readonly diagnosis: Diagnosis;
}

function heal(context: Context, rule: CauseRule): Decision {
  const { snapshot, memory, policy } = context.request;
  const base = baseOf(context, rule.cause, rule.needs);
  const evidence = base.symptoms.map((one) => one.evidence).join('; ');
  if (!policy.heal.enabled) {
    return {
      ...base,
      kind: 'Hold',
      reason: 'ObserveOnly',
      action: null,
      retryAt: null,
      page: false,
      detail: `healing is off; ${evidence}`,
    };
  }
  const { rung, action, withinMs } = rungFor(rule, memory, snapshot.at);
  if (action === 'Page' || action === 'Wait') return paged(context, rule, rung, evidence);
  const fitted = actionFor(action, snapshot, policy);
  return gated(context, { cause: rule.cause, ...fitted, rung, withinMs, needs: rule.needs }, evidence);
}

/** The end of a ladder: what was tried did not help, or nothing may be tried. */
function paged(context: Context, rule: CauseRule, rung: number, evidence: string): Decision {
  const base = baseOf(context, rule.cause, rule.needs);
  if (rule.cause === 'StartedEmpty') {
    const params = restoreParams(context.request.policy);
    return {
      ...base,
      kind: 'Propose',
      reason: rule.cause,
      action: 'RestartFromCheckpoint',
      params,
      page: true,
      detail: evidence,
    };
  }
  const tried = context.request.memory.closed[0];
  const detail = rung > 0 && tried ? `${evidence}; ${tried.name} ended ${tried.status.phase}` : evidence;
  const reason = rung > 0 ? 'KnownIneffective' : 'NeedsPerson';
  return { ...base, kind: 'Hold', reason, action: null, retryAt: null, page: true, detail };
}

function size(context: Context): Decision {
  const { request } = context;
  const { snapshot, policy } = request;
  const base = baseOf(context, null, SCALE_NEEDS);
  if (request.memory.open !== null) {
    const { reason, detail, page = false } = underWay(request.memory.open, snapshot.at);
    return { ...base, kind: 'Hold', reason, action: null, retryAt: null, page, detail };
  }
  const stopped = onPurpose(snapshot, request.memory);
  const ours = stopped === null ? null : stoppedByUs(request.memory);
  if (ours !== null) {
    const detail = `${ours.name} stopped the job and ended ${ours.status.phase}: ${ours.status.outcome ?? 'unknown'}`;
    return { ...base, kind: 'Hold', reason: 'KnownIneffective', action: null, retryAt: null, page: true, detail };
  }
  if (stopped !== null) return { ...base, kind: 'Nothing', reason: 'Healthy', detail: stopped };
  const missing = firstNotFresh(snapshot, SCALE_NEEDS);
  if (missing !== null) return { ...base, kind: 'Hold', ...missing, action: null, page: false };
  if (!policy.autoscale.enabled) return { ...base, kind: 'Nothing', reason: 'Healthy', detail: 'autoscaling is off' };
  return resize(context);
}

/** A job that somebody stopped, or that is done, needs nothing. */
function onPurpose(snapshot: Snapshot, memory: JobMemory): string | null {
  const stopped = stoppedOnPurpose(snapshot, memory);
  if (stopped !== null) return stopped;
  return usable(snapshot.jobState)?.state === 'Gone' ? 'not started yet: nobody ever saw it run' : null;
}

/** The last action, where it failed after it had written something: then a stopped job is nobody's wish. */
function stoppedByUs({ closed }: JobMemory): Remediation | null {
  const last = closed.find(wasCarriedOut);
  return last?.status.phase === 'Failed' && wroteOutside(last) ? last : null;
}

function resize(context: Context): Decision {
  const { request } = context;
  const base = baseOf(context, null, SCALE_NEEDS);
  const verdict = verdictOf(request);
  if (verdict === null || verdict.kind === 'Waiting') {
    const detail = verdict?.detail ?? 'the run has not settled yet';
    return {
      ...base,
      kind: 'Hold',
      reason: 'Stabilizing',
      action: null,
      retryAt: verdict?.retryAt ?? null,
      page: false,
      detail,
    };
  }
  if (verdict.kind === 'WithinBand') return { ...base, kind: 'Nothing', reason: 'WithinBand', detail: verdict.detail };
  const cause: CauseName = verdict.kind === 'Up' ? 'UnderProvisioned' : 'OverProvisioned';
  const { parallelism, taskManagers } = verdict;
  const limits = verdict.limits.length > 0 ? ` (${verdict.limits.join(', ')})` : '';
  const candidate: Candidate = {
    cause,
    action: 'Rescale',
    params: { parallelism, taskManagers },
    rung: 0,
    withinMs: RESCALE_WITHIN_MS,
    needs: SCALE_NEEDS,
  };
  return gated(
    context,
    candidate,
    `${verdict.detail}: to ${Object.values(parallelism).join('/')} subtasks on ${taskManagers} TaskManagers${limits}`,
  );
}

function verdictOf(request: DecideRequest): ScaleVerdict | null {
  const { snapshot, policy, history, memory, timing } = request;
  const topology = usable(snapshot.topology);
  const platform = usable(snapshot.platform);
  const run = usable(snapshot.jobState);
  if (!topology || !platform || run?.state !== 'RUNNING') return null;
  if ((run.runningForMs ?? 0) < timing.rateWindowMs) return null;
  return scale({
    now: snapshot.at,
    topology,
    history,
    capacities: memory.observed?.capacities ?? [],
    policy: policy.autoscale,
    lagMs: usable(snapshot.lag)?.lagMs ?? null,
    slotsPerTaskManager: platform.slotsPerTaskManager,
    taskManagers: platform.taskManagers.wanted,
    downtimeMs: timing.downtimeMs,
    rateWindowMs: timing.rateWindowMs,
  });
}

function gated(context: Context, candidate: Candidate, detail: string): Decision {
  const { snapshot, memory, policy, fleet, capability } = context.request;
  const base = { ...baseOf(context, candidate.cause, candidate.needs), detail };
  const { action, params, rung, withinMs, cause } = candidate;
  const gates = { now: snapshot.at, candidate, snapshot, memory, policy, fleet, capability: capability(action) };
  const denial = firstDenial(gates);
  if (denial !== null) {
    const { reason, retryAt } = denial;
    return {
      ...base,
      kind: 'Hold',
      reason,
      action,
      retryAt,
      page: denial.page ?? false,
      detail: `${denial.detail}; ${detail}`,
    };
  }
  if (policy.mode !== 'Act') return { ...base, kind: 'Propose', reason: 'ObserveOnly', action, params, page: false };
  return { ...base, kind: 'Act', reason: cause, action, params, rung, withinMs };
}

function baseOf(
  { request, diagnosis }: Context,
  cause: CauseName | null,
  needs: readonly InputName[],
): {
  at: number;
  cause: CauseName | null;
  symptoms: Diagnosis['symptoms'];
  inputs: readonly InputCitation[];
  detail: string;
} {
  const { snapshot } = request;
  return {
    at: snapshot.at,
    cause,
    symptoms: diagnosis.symptoms,
    inputs: needs.map((name) => cite(snapshot, name)),
    detail: '',
  };
}

function cite(snapshot: Snapshot, name: InputName): InputCitation {
  const input = snapshot[name];
  const detail = input.freshness === 'fresh' ? '' : input.detail;
  return { input: name, freshness: input.freshness, ageMs: input.ageMs, detail };
}
