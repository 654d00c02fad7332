import type { JobKey } from './job-key.ts';
import type { RestorePoint } from './restore-point.ts';

/** Capacity learnt of one vertex: outlives restarts and says how sure it is. */
export interface VertexCapacity {
  readonly vertex: string;
  /** Records/s of one subtask at 100 % busy. */
  readonly perSubtask: number;
  /** Share of busy time at which it was measured, 0..1: the higher, the surer. */
  readonly measuredAtBusy: number;
  readonly at: number;
}

/** What a person must look at. */
export interface Page {
  readonly since: number;
  readonly cause: string;
  readonly detail: string;
}

/** How long a rule has been true of a job, counted in ticks. */
export interface RuleCount {
  /** Ticks in a row on which it was true; those without an answer are not counted. */
  readonly ticks: number;
  /** The first of them. */
  readonly since: number;
  /** The newest of them. */
  readonly at: number;
}

/** What Drey remembers of a job over its own restarts. */
export interface ObservedJob {
  readonly name: string;
  readonly namespace: string;
  readonly key: JobKey;
  readonly controller: string;
  /** Number of the newest Remediation. */
  readonly remediations: number;
  /** Newest checkpoint that Flink ever reported complete for this job, over all runs. */
  readonly newestRestorePoint: RestorePoint | null;
  /** Points that failed at a start. */
  readonly unusablePoints: readonly { readonly path: string; readonly problem: string }[];
  readonly capacities: readonly VertexCapacity[];
  /** By rule's name; those that are not true are left out. */
  readonly ruleCounts: Readonly<Record<string, RuleCount>>;
  readonly updatedAt: number;
  readonly page: Page | null;
  /** Last decision as text for people. */
  readonly lastDecision: {
    readonly at: number;
    readonly kind: string;
    readonly reason: string;
    readonly detail: string;
  } | null;
}
