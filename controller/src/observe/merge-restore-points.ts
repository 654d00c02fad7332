import type { BrokenRestorePoint, RestorePoint, RestorePoints } from '../core/model/restore-point.ts';
import type { RestCheckpoint, RestCheckpoints } from '../sources/flink-rest/contract.ts';
import type { StoredPoints } from '../sources/contract.ts';
import { canonical } from '../sources/storage/location.ts';

/** The verdict of storage on one point that a listing did not show. */
export type Check = { readonly level: RestorePoint['level'] } | { readonly problem: string };

/** What each source knows of a job's restore points. */
export interface PointSources {
  /** Completed points as Flink reports them. */
  readonly reported: readonly RestorePoint[];
  /** Newest point that was ever known of the job. */
  readonly remembered: RestorePoint | null;
  /** What lies on storage; null where it can't be read. */
  readonly stored: StoredPoints | null;
  /** By canonical path: verdicts on known points that are not in `stored`. */
  readonly checks: ReadonlyMap<string, Check>;
}

/** The completed checkpoints and savepoints of a run, as restore points of level `reported`. */
export function reportedPoints(checkpoints: RestCheckpoints, flinkJobId: string): readonly RestorePoint[] {
  const found = new Map<string, RestorePoint>();
  for (const one of [checkpoints.latest, checkpoints.latestSavepoint, ...checkpoints.history]) {
    const point = one === null ? null : toPoint(one, flinkJobId);
    if (point !== null) found.set(canonical(point.path), point);
  }
  return [...found.values()];
}

function toPoint(one: RestCheckpoint, flinkJobId: string): RestorePoint | null {
  if (one.path === null || one.completedAt === null) return null;
  return {
    kind: one.savepoint ? 'savepoint' : 'checkpoint',
    path: one.path,
    checkpointId: one.id,
    flinkJobId,
    completedAt: one.completedAt,
    level: 'reported',
  };
}

/** Points that are known but not listed on storage, so storage must be asked for each. */
export function unlisted(sources: Omit<PointSources, 'checks'>): readonly RestorePoint[] {
  const listed = new Set(
    [...(sources.stored?.points ?? []), ...(sources.stored?.broken ?? [])].map((one) => canonical(one.path)),
  );
  return known(sources).filter((point) => !listed.has(canonical(point.path)));
}

function known({ reported, remembered }: Omit<PointSources, 'checks'>): readonly RestorePoint[] {
  if (remembered === null || reported.some((point) => canonical(point.path) === canonical(remembered.path)))
    return reported;
  return [...reported, { ...remembered, level: 'reported' }];
}

/**
 * All restore points of a job, newest first. Where storage can be read its verdict wins: a point that is reported and
 * not there is broken, unless a newer one is usable, for then Flink has cleaned it up.
 */
export function mergeRestorePoints(sources: PointSources): RestorePoints {
  const points: RestorePoint[] = [];
  const broken: BrokenRestorePoint[] = [];
  if (sources.stored === null) points.push(...known(sources));
  else {
    const reported = new Map(sources.reported.map((point) => [canonical(point.path), point]));
    // Flink's own times and names are the better ones.
    points.push(
      ...sources.stored.points.map((point) => ({
        ...point,
        ...reported.get(canonical(point.path)),
        level: point.level,
      })),
    );
    broken.push(...sources.stored.broken);
    const missing: BrokenRestorePoint[] = [];
    for (const point of unlisted(sources)) {
      const check = sources.checks.get(canonical(point.path)) ?? { level: 'reported' };
      if ('level' in check) points.push({ ...point, level: check.level });
      else missing.push({ ...point, problem: check.problem });
    }
    const newestUsable = Math.max(...points.map((point) => point.completedAt), 0);
    broken.push(...missing.filter((point) => point.completedAt >= newestUsable).map(toBroken));
  }
  points.sort(newestFirst);
  broken.sort(newestFirst);
  return { points, broken, newestKnownAt: newestOf([points[0], broken[0], sources.remembered]) };
}

function toBroken({ path, completedAt, checkpointId, problem }: BrokenRestorePoint): BrokenRestorePoint {
  return { path, completedAt, checkpointId, problem };
}

function newestFirst(a: BrokenRestorePoint | RestorePoint, b: BrokenRestorePoint | RestorePoint): number {
  return b.completedAt - a.completedAt || b.checkpointId - a.checkpointId;
}

function newestOf(points: readonly ({ readonly completedAt: number } | null | undefined)[]): number | null {
  const times = points.flatMap((point) => point?.completedAt ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
