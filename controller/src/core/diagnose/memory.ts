import type { ObservedJob } from '../model/observed-job.ts';
import type { Remediation } from '../model/remediation.ts';

/** What is known of a job beyond its snapshot. */
export interface JobMemory {
  readonly observed: ObservedJob | null;
  /** Not closed yet: at most one. */
  readonly open: Remediation | null;
  /** Closed ones, newest first. */
  readonly closed: readonly Remediation[];
  /** Restart counts of the newest minutes, oldest first. */
  readonly restarts: readonly RestartSample[];
  /** Since when the job, not ended, was seen in another state than RUNNING; null while it runs or nobody can tell. */
  readonly notRunningSince: number | null;
  /** Since when its state could not be had; null while it can. */
  readonly unseenSince: number | null;
  /** When the completed-checkpoint count last grew, controller's clock; null = not seen since Drey started. */
  readonly checkpointSeenAt: number | null;
  /** From one look to the next, ms. */
  readonly tickMs: number;
}

/** Restarts of one run as counted at one tick. */
export interface RestartSample {
  readonly at: number;
  readonly flinkJobId: string;
  /** Restarts that are no rescales. */
  readonly restarts: number;
}

/** End of the last action on this job: older evidence proves nothing. 0 when there was none. */
export function lastActionEnd(memory: JobMemory): number {
  return Math.max(0, ...memory.closed.map((one) => one.status.endedAt ?? 0));
}

/** As `lastActionEnd`, the one that waits for proof included. */
export function actionEnd(memory: JobMemory): number {
  return Math.max(lastActionEnd(memory), memory.open?.status.endedAt ?? 0);
}
