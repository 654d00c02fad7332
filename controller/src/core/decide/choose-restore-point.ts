import type { RestorePoint, RestorePoints } from '../model/restore-point.ts';

/** What a point must keep to be taken. */
export interface ChooseOptions {
  /** How far behind the newest completed checkpoint the point may be, ms. */
  readonly maxRewindMs: number;
  /** Paths that failed at a start. */
  readonly exclude: readonly string[];
  /** Take points that nobody looked at on storage: only where storage can't be read. Default true. */
  readonly allowReported?: boolean;
}

/** A newer point that was not taken. */
export interface SkippedPoint {
  readonly path: string;
  readonly checkpointId: number;
  readonly completedAt: number;
  readonly problem: string;
}

/** What to restore from, or why nothing. `skipped` is newest first. */
export type Choice =
  | {
      readonly ok: true;
      readonly point: RestorePoint;
      /** Behind the newest checkpoint known at all. */
      readonly rewindMs: number;
      readonly skipped: readonly SkippedPoint[];
    }
  | {
      readonly ok: false;
      readonly reason: 'NoUsableCheckpoint' | 'RewindTooFar';
      readonly detail: string;
      /** Newest usable one, where there is one: what a person may approve. */
      readonly newest: RestorePoint | null;
      readonly skipped: readonly SkippedPoint[];
    };

/** The newest usable point within `maxRewindMs` of the newest checkpoint known at all. Never an empty start. */
export function chooseRestorePoint(restorePoints: RestorePoints, options: ChooseOptions): Choice {
  const { points, broken } = restorePoints;
  const problems = new Map(points.map((point) => [point, problemOf(point, options)]));
  const usable = points.filter((point) => problems.get(point) === null).toSorted(newestFirst);
  const [point] = usable;
  const unusable = [...points.filter((one) => problems.get(one) !== null), ...broken]
    .map((one) => ({ ...skippedOf(one), problem: 'problem' in one ? one.problem : (problems.get(one) ?? '') }))
    .toSorted(newestFirst);
  const skipped = point === undefined ? unusable : unusable.filter((one) => newestFirst(one, point) < 0);
  if (point === undefined) {
    const detail = skipped.length === 0 ? 'no checkpoint is known' : `none is usable: ${sayPoints(skipped)}`;
    return { ok: false, reason: 'NoUsableCheckpoint', detail, newest: null, skipped };
  }
  const rewindMs = Math.max(0, newestKnownAt(restorePoints) - point.completedAt);
  if (rewindMs <= options.maxRewindMs) return { ok: true, point, rewindMs, skipped };
  const behind = `the newest usable point ${point.path} is ${seconds(rewindMs)} behind, ${seconds(options.maxRewindMs)} allowed`;
  const detail = skipped.length === 0 ? behind : `${behind}; ${sayPoints(skipped)}`;
  return { ok: false, reason: 'RewindTooFar', detail, newest: point, skipped };
}

/** For people: `chk-12: _metadata is missing; chk-11: …`. */
export function sayPoints(skipped: readonly SkippedPoint[]): string {
  const shown = skipped.slice(0, 5).map((one) => `${one.path}: ${one.problem}`);
  return [...shown, ...(skipped.length > 5 ? [`${skipped.length - 5} more`] : [])].join('; ');
}

interface Dated {
  readonly completedAt: number;
  readonly checkpointId: number;
}

function newestFirst(a: Dated, b: Dated): number {
  return b.completedAt - a.completedAt || b.checkpointId - a.checkpointId;
}

function skippedOf({
  path,
  checkpointId,
  completedAt,
}: Dated & { readonly path: string }): Omit<SkippedPoint, 'problem'> {
  return { path, checkpointId, completedAt };
}

function problemOf(point: RestorePoint, options: ChooseOptions): string | null {
  if (options.exclude.includes(point.path)) return 'a start from it failed';
  if (point.level === 'reported' && options.allowReported === false)
    return 'reported by Flink but not found on storage';
  return null;
}

/** The points themselves are known too: a look that forgot to count them must not make the rewind look shorter. */
function newestKnownAt({ points, broken, newestKnownAt: known }: RestorePoints): number {
  return Math.max(known ?? 0, ...points.map((one) => one.completedAt), ...broken.map((one) => one.completedAt));
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
