import type { ActionParams, PlatformAction } from '../core/model/action.ts';
import type { Freshness } from '../core/model/input.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Page } from '../core/model/observed-job.ts';
import type { Mode } from '../core/model/policy.ts';
import type { JournalStep, Phase } from '../core/model/remediation.ts';
import type { RestorePointLevel } from '../core/model/restore-point.ts';

// What the API shows: plain JSON. Instants are epoch ms, durations ms; what is not known is null, never 0.

/** The port through which the API sees the loop. Answers come from memory: none of these waits. */
export interface ApiModel {
  /** The controller's clock, so that ages can be told beside the instants. */
  now(): number;
  /** Since when the policies in force are in force, and what was refused since. */
  policies(): PoliciesView;
  jobs(): readonly JobView[];
  /** Undefined when no such job is watched. */
  explain(key: JobKey): ExplainView | undefined;
  /** The first whole tick is over. */
  ready(): boolean;
  /** Ticks still come to their end. */
  live(): boolean;
}

/** The policies of this Drey as a whole. */
export interface PoliciesView {
  /** When those in force were accepted. */
  readonly acceptedAt: number;
  /** The first findings of an edit that was refused; null when what stands in the files is in force. */
  readonly refused: readonly RefusedView[] | null;
}

/** A finding in a policy that was refused. Lines and columns start at 1. */
export interface RefusedView {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `spec.heal.rules[0].when.promql`; the document itself is `.`. */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  /** "Did you mean". */
  readonly suggestion: string | null;
}

/** A job as `GET /api/v1/jobs` shows it. */
export interface JobView {
  readonly key: JobKey;
  readonly platform: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** Flink's job state, `Gone`, or null where nobody could tell. */
  readonly state: string | null;
  readonly healthy: boolean | null;
  readonly lagMs: number | null;
  /** Upstream first; empty where the topology is not known. */
  readonly parallelism: readonly VertexView[];
  readonly taskManagers: TaskManagersView | null;
  readonly restorePoint: RestorePointView | null;
  readonly mode: Mode;
  /** `FlinkPolicy default/topup`, or `none`. */
  readonly policy: string;
  readonly decision: DecisionView | null;
  readonly page: Page | null;
  /** The one under way. */
  readonly remediation: RemediationView | null;
}

/** A vertex and its subtasks. */
export interface VertexView {
  readonly name: string;
  readonly parallelism: number;
}

/** Wanted by the platform, registered at the JobManager. */
export interface TaskManagersView {
  readonly wanted: number | null;
  readonly registered: number | null;
}

/** The newest restore point that is known. */
export interface RestorePointView {
  readonly kind: 'checkpoint' | 'savepoint';
  readonly path: string;
  readonly checkpointId: number;
  readonly completedAt: number;
  readonly level: RestorePointLevel;
}

/** The decision of the newest tick. */
export interface DecisionView {
  readonly kind: 'Act' | 'Hold' | 'Propose' | 'Nothing';
  readonly reason: string;
  readonly cause: string | null;
  readonly action: PlatformAction | null;
  readonly detail: string;
  readonly at: number;
  /** When it may act next; null = when an input or the job changes. */
  readonly retryAt: number | null;
}

/** A remediation with its journal. */
export interface RemediationView {
  readonly name: string;
  readonly cause: string;
  readonly action: PlatformAction;
  readonly params: ActionParams;
  readonly phase: Phase;
  readonly outcome: string | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly steps: readonly JournalStep[];
  readonly verification: string | null;
}

/** A symptom; `at` is the evidence's own time. */
export interface SymptomView {
  readonly name: string;
  readonly at: number;
  readonly evidence: string;
}

/** An input of the snapshot. */
export interface InputView {
  readonly input: string;
  readonly freshness: Freshness;
  readonly ageMs: number | null;
  readonly source: string;
  /** The value in a few words, or what was seen instead. */
  readonly detail: string;
}

/** The cause that a decision names. */
export interface CauseView {
  readonly name: string;
  readonly needs: readonly string[];
  readonly at: number;
}

/** A rule in force and what it says of the job now. */
export interface RuleView {
  readonly name: string;
  /** True: it may act. Pending: not for long enough. Old: by evidence from before the last action. Unknown: no answer. */
  readonly state: 'True' | 'Pending' | 'Old' | 'False' | 'Unknown';
  readonly detail: string;
}

/** All that `drey explain` shows. */
export interface ExplainView {
  readonly job: JobView;
  /** When the snapshot was taken. */
  readonly at: number;
  readonly inputs: readonly InputView[];
  readonly symptoms: readonly SymptomView[];
  readonly cause: CauseView | null;
  /** Those on queries, and whatever else says something; in order of precedence. */
  readonly rules: readonly RuleView[];
  /** Titles of the policies that tie; empty without a conflict. */
  readonly conflict: readonly string[];
  /** The last closed ones, newest first. */
  readonly remediations: readonly RemediationView[];
}
