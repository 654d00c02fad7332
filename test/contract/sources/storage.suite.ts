import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckpointStorage } from '../../../controller/src/sources/contract.ts';

/** A storage under test, which holds two complete checkpoints of one run: `older`, then `newer`. */
export interface StorageHarness {
  readonly storage: CheckpointStorage;
  readonly dir: string;
  readonly older: { readonly path: string; readonly checkpointId: number };
  readonly newer: { readonly path: string; readonly checkpointId: number };
  /** Takes the newer one away. */
  loseNewer(): Promise<void>;
  dispose(): Promise<void>;
}

const { signal } = new AbortController();

/** What every `CheckpointStorage` promises. The tests build on each other. */
export function storageSuite(name: string, make: () => Promise<StorageHarness>): void {
  describe(`checkpoint storage: ${name}`, () => {
    let harness: StorageHarness;
    beforeAll(async () => {
      harness = await make();
    });
    afterAll(() => harness.dispose());

    it('lists points newest first, with what Flink needs to restore them', async () => {
      const { storage, dir, newer, older } = harness;
      const { points, broken } = await storage.list([dir], signal);
      expect(broken).toEqual([]);
      expect(points.slice(0, 2)).toMatchObject([
        { checkpointId: newer.checkpointId, path: newer.path, kind: 'checkpoint', level: 'complete' },
        { checkpointId: older.checkpointId, path: older.path, kind: 'checkpoint', level: 'complete' },
      ]);
      expect(points[0]?.completedAt).toBeGreaterThan(points[1]?.completedAt ?? Number.POSITIVE_INFINITY);
      expect(points[0]?.flinkJobId).toMatch(/^[0-9a-f]{32}$/);
    });

    it('finds nothing in another folder', async () => {
      expect(await harness.storage.list([`${harness.dir}/none`], signal)).toEqual({ points: [], broken: [] });
    });

    it('checks a point by any of its names', async () => {
      const { storage, newer } = harness;
      const local = newer.path.replace(/^file:/, '');
      for (const path of [newer.path, local, `file://${local}/`]) {
        expect(await storage.check(path, signal)).toEqual({ level: 'complete' });
      }
    });

    it('no longer lists, nor approves of, a point that is gone', async () => {
      await harness.loseNewer();
      const { storage, dir, newer, older } = harness;
      expect(await storage.check(newer.path, signal)).toEqual({ problem: 'notFound' });
      const { points, broken } = await storage.list([dir], signal);
      expect(points[0]?.checkpointId).toBe(older.checkpointId);
      expect(broken).toEqual([]);
    });
  });
}
