import type { ActionParams, PlatformAction } from '../core/model/action.ts';
import type { JobKey, JobRef, PlatformName } from '../core/model/job-key.ts';
import type { JournalStep, PlanStep } from '../core/model/remediation.ts';
import type { PlatformStatus } from '../core/model/snapshot.ts';

/**
 * A platform is what runs Flink. It says which jobs there are and carries out actions as steps.
 *
 * Every action is a list of steps. A step is at most one outside write and has a key, chosen before anything is
 * written, by which its effect can be found again after a crash. The platforms differ in what they write and how
 * they acknowledge it; both hide behind `find`:
 *
 * | platform | a write | its key | done when |
 * | --- | --- | --- | --- |
 * | process | start a process, signal a process, Flink REST | marker in the environment; pid + start time; Flink job id | alive and answering; gone; REST shows it |
 * | flink-operator | merge patch with resourceVersion | restartNonce, savepointRedeployNonce, generation | reconciliationStatus deployed and Flink REST shows it |
 * | lyft | merge patch of named fields | restartNonce, generation | phase Running and deployHash changed |
 * | spotify | merge patch, control annotation | spec hash | currentRevision = nextRevision and job Running; control Succeeded |
 * | ververica | PATCH deployment | resourceVersion read back | status.state = spec.state with a new jobId |
 * | native, standalone | patch or delete of objects, Flink REST | object UID, generation; Flink job id | new UID ready and Flink REST shows it |
 */
export interface Platform {
  readonly name: PlatformName;

  /** All jobs of this platform with its view of each. Throws `SourceError` when the platform can't be asked. */
  jobs(signal: AbortSignal): Promise<readonly PlatformJob[]>;

  /** Which actions can be done for this job as it is now. */
  capabilities(job: PlatformJob): Capabilities;

  /**
   * The steps of an action, in order. Reads, never writes. Identities (Flink job ids, nonces) come from `ids`, new at
   * each call. Where a run is to be started from a restore point the plan holds up to three rounds
   * `choose-restore-point/N`, `start-run/N` (N = 1…3): the runner chooses the point itself, journals it as the
   * detail of the choosing step, and goes to the next round only if `find` says that the start failed on the point.
   * Throws `UnsupportedError`.
   */
  plan(request: PlanRequest): Promise<readonly PlanStep[]>;

  /** Looks for the effect of a step by its key. Never writes. Throws when the answer can't be had: unknown is not absent. */
  find(context: StepContext): Promise<StepFinding>;

  /**
   * The one outside write of a step. Called only while `find` says `Absent`, after the step was journaled as Sent.
   * May throw on an unknown outcome (time-out): the runner then asks `find`. Sending the same key twice must not have
   * a second effect wherever the platform can refuse it (Flink refuses a second run of one job id).
   */
  send(context: StepContext): Promise<void>;
}

/** A job as its platform lists it. */
export interface PlatformJob {
  readonly ref: JobRef;
  readonly key: JobKey;
  /** Labels that a policy's selector sees. */
  readonly labels: Readonly<Record<string, string>>;
  /** Flink's `job_name` in the series. */
  readonly jobName: string;
  /** Base URL of Flink REST; null where none is to be had now. */
  readonly restUrl: string | null;
  /** Folders or URIs that hold `<flinkJobId>/chk-N` of this job and of no other. */
  readonly checkpointDirs: readonly string[];
  /** Living TaskManagers that Flink knows by the names of their pods; left out where it knows them otherwise. */
  readonly taskManagers?: readonly LivingTaskManager[];
  readonly status: PlatformStatus;
}

/** A TaskManager whose process or pod runs, whatever Flink says of it. */
export interface LivingTaskManager {
  readonly pod: string;
  /** Epoch ms; null where the start was not seen. */
  readonly startedAt: number | null;
}

/** `yes`, or why not, for people. */
export type Capability = 'yes' | { readonly no: string };

/** Every action, said of one job as it is now. */
export type Capabilities = Readonly<Record<PlatformAction, Capability>>;

/** An action to be planned. */
export interface PlanRequest {
  readonly job: PlatformJob;
  readonly action: PlatformAction;
  readonly params: ActionParams;
  /** Flink job id of the run as last seen; null when there was none. */
  readonly flinkJobId: string | null;
  /** A new identity: 32 hex digits. */
  readonly ids: () => string;
}

/** A step in its action. */
export interface StepContext {
  readonly job: PlatformJob;
  readonly action: PlatformAction;
  readonly params: ActionParams;
  readonly step: PlanStep;
  /** All steps of the journal, so that a step sees what earlier ones chose (`restorePointOf`). */
  readonly journal: readonly JournalStep[];
  readonly signal: AbortSignal;
}

/** What became of a step. */
export type StepFinding =
  /** No effect yet: may be sent. */
  | { readonly state: 'Absent' }
  /** Took effect or nothing to write; not finished. */
  | { readonly state: 'Pending'; readonly detail: string }
  | { readonly state: 'Done'; readonly detail: string }
  /** Will not finish. `onRestorePoint`: because the point can't be restored. */
  | { readonly state: 'Failed'; readonly detail: string; readonly onRestorePoint: boolean };

/** The findings, for those who look. */
export const absent: StepFinding = { state: 'Absent' };
export const pending = (detail: string): StepFinding => ({ state: 'Pending', detail });
export const done = (detail: string): StepFinding => ({ state: 'Done', detail });
export const failed = (detail: string, onRestorePoint = false): StepFinding => ({
  state: 'Failed',
  detail,
  onRestorePoint,
});

/** Name of the choosing step of a round. */
export const chooseStep = (round: number): string => `choose-restore-point/${round}`;
/** Name of the starting step of a round. */
export const startStep = (round: number): string => `start-run/${round}`;
/** The round of a choosing or starting step; null for others. */
export function roundOf(step: string): number | null {
  const match = /^(?:choose-restore-point|start-run)\/([1-9])$/.exec(step);
  return match?.[1] === undefined ? null : Number(match[1]);
}
/** The restore path that the runner chose for a round (the detail of its choosing step). */
export function restorePointOf(journal: readonly JournalStep[], round: number): string | null {
  return journal.find((entry) => entry.step === chooseStep(round) && entry.state === 'Done')?.detail ?? null;
}

/** The action can't be done on this platform or for this job. */
export class UnsupportedError extends Error {
  override readonly name = 'UnsupportedError';
}
