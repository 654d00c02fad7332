import type { BrokenRestorePoint, RestorePoint } from '../../core/model/restore-point.ts';
import { SourceError } from '../../io/errors.ts';
import type { CheckpointStorage, StoredPoints } from '../contract.ts';
import { canonical } from '../storage/location.ts';

/** A `CheckpointStorage` in memory: a point lies in a folder when its path begins with it. */
export class FakeStorage implements CheckpointStorage {
  readonly points: RestorePoint[] = [];
  readonly broken: BrokenRestorePoint[] = [];
  /** Nothing can be read. */
  unreadable = false;

  /** Puts a complete checkpoint there; answers it. */
  add(point: Partial<RestorePoint> & { readonly checkpointId: number; readonly completedAt: number }): RestorePoint {
    const flinkJobId = point.flinkJobId ?? 'f'.repeat(32);
    const path = `file:/checkpoints/${flinkJobId}/chk-${point.checkpointId}`;
    const whole: RestorePoint = { kind: 'checkpoint', path, flinkJobId, level: 'complete', ...point };
    this.points.push(whole);
    return whole;
  }

  remove(checkpointId: number): void {
    const index = this.points.findIndex((point) => point.checkpointId === checkpointId);
    if (index >= 0) this.points.splice(index, 1);
  }

  list(dirs: readonly string[]): Promise<StoredPoints> {
    if (this.unreadable) return Promise.reject(new SourceError('unreachable', 'checkpoint storage: EIO'));
    const inside = ({ path }: { path: string }): boolean =>
      dirs.some((dir) => canonical(path).startsWith(`${canonical(dir)}/`));
    const newest = (a: { completedAt: number }, b: { completedAt: number }): number => b.completedAt - a.completedAt;
    return Promise.resolve({
      points: this.points.filter(inside).sort(newest),
      broken: this.broken.filter(inside).sort(newest),
    });
  }

  check(path: string): ReturnType<CheckpointStorage['check']> {
    if (this.unreadable) return Promise.reject(new SourceError('unreachable', 'checkpoint storage: EIO'));
    const same = (one: { path: string }): boolean => canonical(one.path) === canonical(path);
    const broken = this.broken.find(same);
    if (broken !== undefined) return Promise.resolve({ problem: broken.problem });
    const point = this.points.find(same);
    return Promise.resolve(point === undefined ? { problem: 'notFound' } : { level: point.level });
  }
}
