import type { ActionParams, PlatformAction } from '../core/model/action.ts';
import type { Decision } from '../core/model/decision.ts';
import type { HoldReason } from '../core/model/reason.ts';
import type { Expectation, PlanStep, Remediation, RemediationSpec } from '../core/model/remediation.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { chooseStep } from '../platforms/contract.ts';

/** An action that was decided. */
export interface StartRequest {
  readonly job: PlatformJob;
  readonly decision: Extract<Decision, { kind: 'Act' }>;
  readonly policyName: string;
  /** How far behind the newest checkpoint a restore point may be, ms. The decision's own wins. */
  readonly maxRewindMs: number;
  /** Flink job id of the run as last seen; null when there was none. */
  readonly flinkJobId: string | null;
  /** Not begun after this, ms from now. Default 10 min. */
  readonly notAfterMs?: number;
}

/** Begun, or why nothing was: then nothing outside was touched. */
export type StartResult =
  | { readonly ok: true; readonly remediation: Remediation }
  | {
      readonly ok: false;
      readonly reason: HoldReason;
      readonly detail: string;
      /** A person must look: waiting will not help. */
      readonly page: boolean;
    };

const MINUTE = 60_000;
const NOT_AFTER_MS = 10 * MINUTE;
/** How old a sample that stands for now may be at most (`freshLimitMs`), ms. */
const SETTLE_MS = MINUTE;

type Promised = Omit<Expectation, 'by'>;

const running: Promised = { input: 'jobState', expect: 'Running' };
const restored: Promised = { input: 'restoredFrom', expect: 'RestoredFromChosenPoint' };
const checkpoint: Promised = { input: 'checkpoints', expect: 'NewCheckpoint' };
const parallelism: Promised = { input: 'topology', expect: 'ParallelismReached' };
const taskManagers: Promised = { input: 'taskManagers', expect: 'TaskManagersRegistered' };
const lag: Promised = { input: 'lag', expect: 'LagFalling' };

const PROMISES: Readonly<Record<PlatformAction, readonly Promised[]>> = {
  Rescale: [parallelism, running, lag],
  ScaleTaskManagers: [taskManagers, running],
  TriggerCheckpoint: [checkpoint],
  TriggerSavepoint: [running],
  RestartTaskManager: [taskManagers, running, checkpoint],
  RestartJobManager: [running, restored, checkpoint],
  RestartFromCheckpoint: [running, restored, checkpoint],
  RecreateCluster: [running, restored, checkpoint],
  RecreateResource: [running, restored, checkpoint],
  Rollback: [running, restored, checkpoint],
  Suspend: [],
  Resume: [running, restored, checkpoint],
};

/** Params with the rewind that the restart may take. */
export function paramsOf({ decision, maxRewindMs }: StartRequest): ActionParams {
  return { maxRewindMs, ...decision.params };
}

/** What is written before anything is done. */
export function plannedRemediation(
  request: StartRequest,
  given: { readonly plan: readonly PlanStep[]; readonly now: number; readonly controllerId: string },
): Omit<Remediation, 'name' | 'namespace'> {
  const { decision } = request;
  const { plan, now, controllerId } = given;
  const spec: RemediationSpec = {
    job: request.job.key,
    policy: request.policyName,
    controller: controllerId,
    incident: {
      cause: decision.reason,
      since: sinceOf(decision),
      ...(decision.rule && { rule: decision.rule.name }),
    },
    rung: decision.rung,
    action: decision.action,
    params: paramsOf(request),
    plan,
    evidence: evidenceOf(decision),
    verify: expectationsOf(request, plan, now),
    notAfter: now + (request.notAfterMs ?? NOT_AFTER_MS),
  };
  return {
    createdAt: now,
    spec,
    status: {
      journalVersion: 1,
      phase: 'Planned',
      outcome: null,
      reason: null,
      fence: 0,
      steps: plan.map((step) => {
        return { ...step, state: 'Planned', plannedAt: now, sentAt: null, doneAt: null, detail: null };
      }),
      startedAt: null,
      endedAt: null,
      verification: null,
    },
  };
}

/** Restoring is promised only where this action chooses the point. */
function expectationsOf(request: StartRequest, plan: readonly PlanStep[], now: number): readonly Expectation[] {
  const { action } = request.decision;
  const by = now + request.decision.withinMs;
  const chooses = plan.some(({ step }) => step === chooseStep(1));
  const promised = PROMISES[action].filter((one) => chooses || one !== restored).map((one) => ({ ...one, by }));
  return [...promised, ...ruleQuiet(request, by)];
}

/** A query whose window reaches behind the action proves nothing yet: it is given the time that it needs. */
function ruleQuiet({ decision }: StartRequest, by: number): readonly Expectation[] {
  const { rule, withinMs } = decision;
  if (rule === undefined) return [];
  const extra = Math.max(0, rule.windowMs + SETTLE_MS - withinMs);
  return [{ input: 'rules', expect: 'RuleQuiet', by: by + extra }];
}

/** The newest evidence: what the cause is known since. */
function sinceOf({ symptoms, at }: StartRequest['decision']): number {
  return symptoms.length === 0 ? at : Math.max(...symptoms.map((symptom) => symptom.at));
}

function evidenceOf({ symptoms, detail }: StartRequest['decision']): readonly string[] {
  const texts = [...symptoms.map((symptom) => `${symptom.name}: ${symptom.evidence}`), detail];
  return texts.filter((text) => text !== '').slice(0, 20);
}
