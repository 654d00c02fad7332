import type { ActionParams, PlatformAction } from './action.ts';
import type { CauseName } from './diagnosis.ts';
import type { InputName } from './input.ts';
import type { JobKey } from './job-key.ts';
import type { HoldReason } from './reason.ts';

const OPEN_PHASES = ['Planned', 'AwaitingApproval', 'Executing', 'Verifying'] as const;

const CLOSED_PHASES = [
  'Succeeded',
  'Ineffective',
  'Inconclusive',
  'Failed',
  'Denied',
  'Expired',
  'Superseded',
  'Aborted',
] as const;

/** Phases of a remediation, in the order of its way. */
export const PHASES = [...OPEN_PHASES, ...CLOSED_PHASES] as const;

/** Where a remediation is on its way. */
export type Phase = (typeof PHASES)[number];

/** One outside write, or one choice, with the key by which its effect can be found again. */
export interface PlanStep {
  readonly step: string;
  readonly key: string;
}

/** What an action promises to bring about. */
export const EXPECTED = [
  /** The job is RUNNING, under the journaled Flink job id where one was started. */
  'Running',
  /** Flink says that it restored from the journaled restore point. */
  'RestoredFromChosenPoint',
  /** A checkpoint completed after the action ended. */
  'NewCheckpoint',
  /** Every vertex has the wanted parallelism. */
  'ParallelismReached',
  /** The wanted TaskManagers are registered. */
  'TaskManagersRegistered',
  /** Lag is under the objective or falls. */
  'LagFalling',
  /** The rule's query says nothing of the job any more, by evidence from after the action alone. */
  'RuleQuiet',
] as const;

/** One of `EXPECTED`. */
export type Expected = (typeof EXPECTED)[number];

/** What will be true, by when, by which input. */
export interface Expectation {
  readonly input: InputName | 'rules';
  readonly expect: Expected;
  /** Epoch ms. */
  readonly by: number;
}

/** Written once, before anything is done. */
export interface RemediationSpec {
  readonly job: JobKey;
  readonly policy: string;
  readonly controller: string;
  /** `rule`: the one whose query raised it; left out where a symptom did. */
  readonly incident: { readonly cause: CauseName; readonly since: number; readonly rule?: string };
  readonly rung: number;
  readonly action: PlatformAction;
  readonly params: ActionParams;
  readonly plan: readonly PlanStep[];
  readonly evidence: readonly string[];
  readonly verify: readonly Expectation[];
  readonly notAfter: number;
  readonly approval?: { readonly decision: 'Approve' | 'Deny'; readonly by: string; readonly reason: string };
}

/** `Sent` without `Done`: the outcome is not known, the step is looked up by its key. */
export type StepState = 'Planned' | 'Sent' | 'Done' | 'Failed';

/** A step of the plan and what became of it. Instants are epoch ms. */
export interface JournalStep extends PlanStep {
  readonly state: StepState;
  readonly plannedAt: number;
  readonly sentAt: number | null;
  readonly doneAt: number | null;
  /** What the step found or chose: a restore path, a pid, an error. */
  readonly detail: string | null;
}

/** The journal. */
export interface RemediationStatus {
  readonly journalVersion: 1;
  readonly phase: Phase;
  readonly outcome: string | null;
  readonly reason: HoldReason | null;
  /** Number of the lease under which it was last written; 0 without leases. */
  readonly fence: number;
  readonly steps: readonly JournalStep[];
  readonly startedAt: number | null;
  /** End of the last outside write: older evidence neither judges it nor starts the next rung. */
  readonly endedAt: number | null;
  readonly verification: string | null;
}

/** One action on its way: the plan, written once, and its journal. */
export interface Remediation {
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: number;
  readonly spec: RemediationSpec;
  readonly status: RemediationStatus;
}

/** Nothing more will be done or judged. */
export function isClosed(remediation: Remediation): boolean {
  return CLOSED_PHASES.some((phase) => phase === remediation.status.phase);
}

/** False for one that was given up before its first write: it counts neither for the ladder nor for pages. */
export function wasCarriedOut({ status: { phase } }: Remediation): boolean {
  return phase !== 'Superseded' && phase !== 'Expired';
}

/** Something was sent to the outside, whatever came of it. */
export function wroteOutside({ status }: Remediation): boolean {
  return status.steps.some((step) => step.sentAt !== null);
}
