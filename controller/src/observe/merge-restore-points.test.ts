import { describe, expect, it } from 'vitest';
import type { RestorePoint } from '../core/model/restore-point.ts';
import { type Check, mergeRestorePoints, type PointSources } from './merge-restore-points.ts';

const RUN = 'f'.repeat(32);

function point(id: number, over: Partial<RestorePoint> = {}): RestorePoint {
  const path = `file:/c/${RUN}/chk-${id}`;
  return {
    kind: 'checkpoint',
    path,
    checkpointId: id,
    flinkJobId: RUN,
    completedAt: id * 100,
    level: 'reported',
    ...over,
  };
}
const stored = (id: number): RestorePoint =>
  point(id, { level: 'complete', completedAt: id * 100 + 3, path: `/c/${RUN}/chk-${id}` });
const checks = (...entries: [number, Check][]): ReadonlyMap<string, Check> =>
  new Map(entries.map(([id, check]) => [point(id).path, check]));
const merge = (over: Partial<PointSources>) =>
  mergeRestorePoints({ reported: [], remembered: null, stored: null, checks: new Map(), ...over });

describe('mergeRestorePoints', () => {
  it('joins what Flink reports with what storage holds, by place', () => {
    const { points, newestKnownAt } = merge({
      reported: [point(9), point(8)],
      stored: { points: [stored(9), stored(8)], broken: [] },
    });
    expect(points.map((one) => [one.checkpointId, one.level, one.completedAt])).toEqual([
      [9, 'complete', 900],
      [8, 'complete', 800],
    ]);
    expect(points[0]?.path).toBe(`file:/c/${RUN}/chk-9`);
    expect(newestKnownAt).toBe(900);
  });

  it('calls the newest broken when storage does not have it', () => {
    const { points, broken, newestKnownAt } = merge({
      reported: [point(9), point(8)],
      stored: { points: [stored(8)], broken: [] },
      checks: checks([9, { problem: 'notFound' }]),
    });
    expect(points.map((one) => one.checkpointId)).toEqual([8]);
    expect(broken).toEqual([{ path: point(9).path, checkpointId: 9, completedAt: 900, problem: 'notFound' }]);
    expect(newestKnownAt).toBe(900);
  });

  it('does not mourn what Flink has cleaned up', () => {
    const { broken } = merge({
      reported: [point(8)],
      remembered: point(7),
      stored: { points: [stored(9)], broken: [] },
      checks: checks([8, { problem: 'notFound' }], [7, { problem: 'notFound' }]),
    });
    expect(broken).toEqual([]);
  });

  it('remembers the newest point of all, even when nobody else does', () => {
    const all = { remembered: point(12), stored: { points: [stored(9)], broken: [] } };
    const lost = merge({ ...all, checks: checks([12, { problem: 'notFound' }]) });
    expect(lost.broken.map((one) => one.checkpointId)).toEqual([12]);
    expect(lost.newestKnownAt).toBe(1200);
    const there = merge({ ...all, checks: checks([12, { level: 'complete' }]) });
    expect(there.points.map((one) => [one.checkpointId, one.level])).toEqual([
      [12, 'complete'],
      [9, 'complete'],
    ]);
  });

  it('has reports alone where storage can not be read', () => {
    const { points } = merge({ reported: [point(8)], remembered: point(9) });
    expect(points.map((one) => [one.checkpointId, one.level])).toEqual([
      [9, 'reported'],
      [8, 'reported'],
    ]);
    expect(merge({})).toEqual({ points: [], broken: [], newestKnownAt: null });
  });
});
