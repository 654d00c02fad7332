import { SCALE_NEEDS, actionFor, restoreParams } from '../diagnose/causes.ts';
import { diagnose } from '../diagnose/diagnose.ts';
import type { RuleSight } from '../diagnose/sight.ts';
import type { Diagnosis } from '../diagnose/diagnose.ts';
import type { JobMemory } from '../diagnose/memory.ts';
import { stoppedOnPurpose } from '../diagnose/stopped.ts';
import type { PlatformAction } from '../model/action.ts';
import type { CauseName } from '../model/diagnosis.ts';
import type { Decision, InputCitation } from '../model/decision.ts';
import { unusable, usable } from '../model/input.ts';
import type { Input, InputName } from '../model/input.ts';
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

/** For a rescale to show: TaskManagers started, job restarted, lag under the objective or falling. */
const RESCALE_WITHIN_MS = 5 * 60_000;

/** All that a decision on one job rests on. */
export interface DecideRequest {
  readonly snapshot: Snapshot;
  readonly memory: JobMemory;
  readonly history: LoadHistory;
  readonly policy: EffectivePolicy;
  readonly fleet: Fleet;
  readonly capability: (action: PlatformAction) => 'yes' | { readonly no: string };
  readonly timing: { readonly downtimeMs: number; readonly rateWindowMs: number };
}

/**
 * What to do about one job now: heal first, else size. Pure; the snapshot's time is the only clock. `diagnosis`: of this
 * request, for a caller that needs it as well.
 */
export function decide(
  request: DecideRequest,
  diagnosis = diagnose(request.snapshot, request.memory, request.policy.heal.rules),
): Decision {
  const context = { request, diagnosis };
  if (diagnosis.found !== null) return heal(context, diagnosis.found);
  const sized = size(context);
  return sized.kind === 'Nothing' ? (unanswered(context) ?? sized) : sized;
}

interface Context {
  readonly request: DecideRequest;
  readonly diagnosis: Diagnosis;
}

/** Nothing is wrong as far as is known, but a rule could not be asked: that is not the same as well. */
function unanswered(context: Context): Decision | null {
  const { snapshot, memory, policy } = context.request;
  if (!policy.heal.enabled || onPurpose(snapshot, memory) !== null) return null;
  const [first, ...others] = context.diagnosis.sights.filter((one) => one.state === 'Unknown');
  if (first === undefined) return null;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  const detail = `rule ${first.rule.name} has no answer: ${first.detail}${more}`;
  const inputs = [first, ...others].map(({ rule }) => citeRule(snapshot, rule.name));
  return {
    ...baseOf(context, null, []),
    inputs,
    kind: 'Hold',
    reason: 'InputNotFresh',
    action: null,
    retryAt: null,
    page: false,
    detail,
  };
}

function heal(context: Context, sight: RuleSight): Decision {
  const { snapshot, memory, policy } = context.request;
  const { rule } = sight;
  const base = healBase(context, sight);
  const evidence = base.symptoms.map((one) => one.evidence).join('; ');
  if (!policy.heal.enabled) {
    const detail = `healing is off; ${evidence}`;
    return { ...base, kind: 'Hold', reason: 'ObserveOnly', action: null, retryAt: null, page: false, detail };
  }
  if (memory.open !== null && memory.open.status.phase !== 'Verifying') {
    // What is seen while Drey itself stops and starts things is its own doing, and no reason to call anybody.
    const { reason, detail, page = false } = underWay(memory.open, snapshot.at);
    return { ...base, kind: 'Hold', reason, action: null, retryAt: null, page, detail: `${detail}; ${evidence}` };
  }
  const { rung, action, withinMs, until, tried } = rungFor(sight, memory, snapshot.at);
  if (action === 'Wait') {
    const detail = `${rule.cause} may pass by itself; ${evidence}`;
    return { ...base, kind: 'Hold', reason: 'Stabilizing', action: null, retryAt: until, page: false, detail };
  }
  if (action === 'Page') return paged(context, sight, { tried, evidence });
  const fitted = actionFor(action, { snapshot, policy, pods: sight.pods });
  const { when, forMs, name } = rule;
  const raisedBy = when.kind === 'query' ? { rule: { name, windowMs: when.windowMs + forMs } } : {};
  const candidate = { cause: rule.cause, ...raisedBy, ...fitted, rung, withinMs, needs: rule.needs };
  return gated(context, candidate, { base, detail: evidence });
}

/** The end of a ladder: what was tried did not help, or nothing may be tried. */
function paged(
  context: Context,
  sight: RuleSight,
  { tried, evidence }: { readonly tried: Remediation | null; readonly evidence: string },
): Decision {
  const base = healBase(context, sight);
  const { cause } = sight.rule;
  if (cause === 'StartedEmpty') {
    const params = restoreParams(context.request.policy);
    const proposed = { kind: 'Propose', reason: cause, action: 'RestartFromCheckpoint', params, page: true } as const;
    return { ...base, ...proposed, detail: evidence };
  }
  const detail = tried === null ? evidence : `${evidence}; ${tried.name} ended ${tried.status.phase}`;
  const reason = tried === null ? 'NeedsPerson' : 'KnownIneffective';
  return { ...base, kind: 'Hold', reason, action: null, retryAt: null, page: true, detail };
}

function healBase(context: Context, { rule }: RuleSight): ReturnType<typeof baseOf> {
  const base = baseOf(context, rule.cause, rule.needs);
  if (rule.when.kind === 'symptom') return base;
  return { ...base, inputs: [citeRule(context.request.snapshot, rule.name), ...base.inputs] };
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
  const away = taskManagersAway(request.snapshot);
  const verdict = away === null ? verdictOf(request) : null;
  if (verdict === null || verdict.kind === 'Waiting') {
    const detail = away ?? verdict?.detail ?? 'the run has not settled yet';
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
  const detail = `${verdict.detail}: to ${Object.values(parallelism).join('/')} subtasks on ${taskManagers} TaskManagers${limits}`;
  return gated(context, candidate, { base: baseOf(context, cause, SCALE_NEEDS), detail });
}

/** A job that Flink runs on what is left of its TaskManagers is not too small: it gets its size back with them. */
function taskManagersAway({ taskManagers, platform }: Snapshot): string | null {
  const registered = usable(taskManagers)?.registered ?? 0;
  const wanted = usable(platform)?.taskManagers.wanted ?? 0;
  return registered >= wanted ? null : `${registered} of ${wanted} TaskManagers are registered`;
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

function gated(
  { request }: Context,
  candidate: Candidate,
  said: { readonly base: ReturnType<typeof baseOf>; readonly detail: string },
): Decision {
  const { snapshot, memory, policy, fleet, capability } = request;
  const { detail } = said;
  const base = { ...said.base, detail };
  const { action, params, rung, withinMs, cause, rule } = candidate;
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
  return { ...base, kind: 'Act', reason: cause, action, params, rung, withinMs, ...(rule && { rule }) };
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
  return citation(name, snapshot[name]);
}

function citeRule(snapshot: Snapshot, name: string): InputCitation {
  return citation(`rule ${name}`, snapshot.rules[name] ?? unusable('absent', 'prometheus', 'not asked'));
}

function citation(input: InputCitation['input'], seen: Input<unknown>): InputCitation {
  const detail = seen.freshness === 'fresh' ? '' : seen.detail;
  return { input, freshness: seen.freshness, ageMs: seen.ageMs, detail };
}
