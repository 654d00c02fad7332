import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrokenRestorePoint, RestorePoint } from '../model/restore-point.ts';
import { chooseRestorePoint } from './choose-restore-point.ts';

const point = (checkpointId: number, over: Partial<RestorePoint> = {}): RestorePoint => ({
  kind: 'checkpoint',
  path: `/c/chk-${checkpointId}`,
  checkpointId,
  flinkJobId: 'a'.repeat(32),
  completedAt: checkpointId * 60_000,
  level: 'complete',
  ...over,
});
const broken = (checkpointId: number): BrokenRestorePoint => ({
  path: `/c/chk-${checkpointId}`,
  checkpointId,
  completedAt: checkpointId * 60_000,
  problem: '_metadata is missing',
});
const options = { maxRewindMs: 120_000, exclude: [] };

describe('chooseRestorePoint', () => {
  it('takes the newest, whatever the order of the list', () => {
    const choice = chooseRestorePoint(
      { points: [point(7), point(9), point(8)], broken: [], newestKnownAt: 540_000 },
      options,
    );
    expect(choice).toEqual({ ok: true, point: point(9), rewindMs: 0, skipped: [] });
  });

  it('takes an older one within maxRewind and says what it skipped', () => {
    const points = { points: [point(9), point(8), point(7)], broken: [broken(10)], newestKnownAt: 600_000 };
    const choice = chooseRestorePoint(points, { ...options, exclude: ['/c/chk-9'] });
    expect(choice).toMatchObject({
      ok: true,
      point: { checkpointId: 8 },
      rewindMs: 120_000,
      skipped: [
        { checkpointId: 10, problem: '_metadata is missing' },
        { checkpointId: 9, problem: 'a start from it failed' },
      ],
    });
  });

  it('says RewindTooFar with the newest usable point', () => {
    const choice = chooseRestorePoint({ points: [point(7)], broken: [], newestKnownAt: 600_000 }, options);
    expect(choice).toMatchObject({ ok: false, reason: 'RewindTooFar', newest: { checkpointId: 7 } });
    expect(choice.ok ? '' : choice.detail).toContain('180 s behind, 120 s allowed');
  });

  it('counts rewind from a broken newer point even when newestKnownAt forgot it', () => {
    const choice = chooseRestorePoint({ points: [point(7)], broken: [broken(10)], newestKnownAt: null }, options);
    expect(choice).toMatchObject({ ok: false, reason: 'RewindTooFar' });
  });

  it('says NoUsableCheckpoint when all are broken or excluded, and when none is known', () => {
    const bad = chooseRestorePoint(
      { points: [point(8)], broken: [broken(9)], newestKnownAt: 540_000 },
      { ...options, exclude: ['/c/chk-8'] },
    );
    expect(bad).toMatchObject({ ok: false, reason: 'NoUsableCheckpoint', newest: null });
    const none = chooseRestorePoint({ points: [], broken: [], newestKnownAt: null }, options);
    expect(none).toMatchObject({ ok: false, reason: 'NoUsableCheckpoint', detail: 'no checkpoint is known' });
  });

  it('takes a reported point only where that is allowed', () => {
    const points = { points: [point(9, { level: 'reported' }), point(8)], broken: [], newestKnownAt: 540_000 };
    expect(chooseRestorePoint(points, options)).toMatchObject({ point: { checkpointId: 9 } });
    expect(chooseRestorePoint(points, { ...options, allowReported: false })).toMatchObject({
      point: { checkpointId: 8 },
    });
  });

  it('never takes an excluded, broken or too old point, and no usable newer one exists', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 0, max: 10 }), (listed, excluded, minutes) => {
        const exclude = excluded.map((id) => `/c/chk-${id}`);
        const points = listed.filter((id) => id % 3 > 0).map((id) => point(id));
        const gone = listed.filter((id) => id % 3 === 0).map(broken);
        const newest = Math.max(0, ...listed);
        const choice = chooseRestorePoint(
          { points, broken: gone, newestKnownAt: null },
          { maxRewindMs: minutes * 60_000, exclude },
        );
        const good = points.filter((one) => !exclude.includes(one.path)).map((one) => one.checkpointId);
        const best = Math.max(...good);
        if (good.length === 0) expect(choice).toMatchObject({ ok: false, reason: 'NoUsableCheckpoint' });
        else if (newest - best > minutes) expect(choice).toMatchObject({ ok: false, reason: 'RewindTooFar' });
        else expect(choice).toMatchObject({ ok: true, point: { checkpointId: best } });
      }),
      { seed: 3 },
    );
  });
});
