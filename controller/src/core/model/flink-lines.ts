import type { CheckpointCounts, RestartCounts } from './snapshot.ts';

/*
 * All that differs between Flink 1.20 and 2.x for Drey; seen in the lab on 1.20.5 and 2.3.0. Sources make `null` of a name
 * that a line lacks (`since` in `catalogue/metrics.json`, optional fields of the REST client's schemas); what stands in
 * for it is decided here and nowhere else. Names of Flink's own options are the affair of whoever configures it.
 *
 * | what | 1.20 | 2.3 | here |
 * | --- | --- | --- | --- |
 * | metric `numRescales` | missing; rescales are in `numRestarts` alone | there, and in `numRestarts` too | `failuresOf` |
 * | metric `lastCheckpointCompletedTimestamp` | missing | there | `newestCheckpointAt`, `isNewCheckpoint` |
 * | REST `schedulerType` of a job | missing | there (not before 2.3) | `isAdaptive` |
 * | REST `plan` of a job without vertices yet | `{}` | `nodes: []` | both mean none; the client's schema takes both |
 * | a new size of a running job | at once, replays since the last checkpoint | with the next checkpoint | `rescaleWaitsForCheckpoint` |
 */

/** Whether a new size takes effect with the next checkpoint only. `version`: as Flink REST tells it, e.g. `1.20.5`. */
export function rescaleWaitsForCheckpoint(version: string): boolean {
  const major = Number.parseInt(version, 10);
  // A version that can't be read is a newer one rather than an old one.
  return Number.isNaN(major) || major >= 2;
}

/** Restarts that are no rescales. `seenRescales`: how often the run was seen to grow, where Flink counts none itself. */
export function failuresOf({ restarts, rescales }: RestartCounts, seenRescales: number): number {
  return restarts - (rescales ?? seenRescales);
}

/**
 * When the newest checkpoint completed, epoch ms: Flink's word, or when the count of completed ones was last seen to
 * grow (up to a scrape and a tick later). 0 when neither is known.
 */
export function newestCheckpointAt(checkpoints: CheckpointCounts, seenAt: number | null): number {
  return Math.max(checkpoints.lastCompletedAt ?? 0, seenAt ?? 0);
}

/** What a new checkpoint is newer than. */
export interface CheckpointBefore {
  /** Epoch ms. */
  readonly at: number;
  /** Its number; null when not known. */
  readonly id: number | null;
}

/** Whether the newest checkpoint is newer: by Flink's time, or by its number where there is none. Null: not known. */
export function isNewCheckpoint(checkpoints: CheckpointCounts, before: CheckpointBefore): boolean | null {
  const { completed, lastCompletedAt, lastCompletedId } = checkpoints;
  if (completed === 0) return false;
  if (lastCompletedAt !== null) return lastCompletedAt > before.at;
  return before.id === null || lastCompletedId === null ? null : lastCompletedId > before.id;
}

/** Whether a scheduler rescales in place; null: not told, then only the adaptive one answers for its requirements. */
export function isAdaptive(scheduler: string | null): boolean | null {
  return scheduler === null ? null : scheduler === 'Adaptive';
}
