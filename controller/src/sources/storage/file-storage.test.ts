import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { flinkMetadata } from '../fakes/flink-metadata.ts';
import { FILE_STORAGE_LIMITS, fileStorage } from './file-storage.ts';

const RUN = 'a'.repeat(32);
const signal = new AbortController().signal;

describe('fileStorage', () => {
  let dir: string;

  beforeEach(async () => {
    dir = join(await realpath(await mkdtemp(join(tmpdir(), 'drey-ck-'))), 'ck');
    await mkdir(dir);
  });
  afterEach(() => rm(join(dir, '..'), { recursive: true }));

  /** A checkpoint that completed `at` seconds and names one file of 10 bytes in `shared/`. */
  async function checkpoint(id: number, at: number, run = RUN): Promise<string> {
    const folder = join(dir, run, `chk-${id}`);
    await mkdir(folder, { recursive: true });
    await mkdir(join(dir, run, 'shared'), { recursive: true });
    const file = join(dir, run, 'shared', `f${id}`);
    await writeFile(file, 'x'.repeat(10));
    const metadata = join(folder, '_metadata');
    await writeFile(metadata, flinkMetadata({ checkpointId: id, files: [{ path: `file:${file}`, bytes: 10 }] }));
    await utimes(metadata, at, at);
    return folder;
  }

  it('lists the points of all runs, newest first, each complete', async () => {
    await checkpoint(3, 1000);
    await checkpoint(4, 2000);
    const other = 'b'.repeat(32);
    await checkpoint(2, 3000, other);
    for (const name of [dir, `file:${dir}`, `file://${dir}/`]) {
      const { points, broken } = await fileStorage().list([name], signal);
      expect(broken).toEqual([]);
      expect(points.map((point) => [point.checkpointId, point.flinkJobId, point.completedAt, point.level])).toEqual([
        [2, other, 3_000_000, 'complete'],
        [4, RUN, 2_000_000, 'complete'],
        [3, RUN, 1_000_000, 'complete'],
      ]);
      expect(points[0]?.path).toBe(`file:${dir}/${other}/chk-2`);
    }
  });

  it('leaves out what is in progress and what is no checkpoint', async () => {
    await mkdir(join(dir, RUN, 'chk-5'), { recursive: true });
    await mkdir(join(dir, RUN, 'taskowned'));
    await mkdir(join(dir, 'lost+found'));
    expect(await fileStorage().list([dir], signal)).toEqual({ points: [], broken: [] });
  });

  it.each([
    ['an empty _metadata', async (folder: string) => writeFile(join(folder, '_metadata'), ''), '_metadata is empty'],
    [
      'a _metadata cut off',
      async (folder: string) =>
        writeFile(join(folder, '_metadata'), flinkMetadata({ checkpointId: 4 }).subarray(0, 100)),
      '_metadata: cut off at byte 100',
    ],
    ['a missing file', async (folder: string) => rm(join(folder, '../shared/f4')), 'state file f4 is missing'],
    [
      'a file cut off',
      async (folder: string) => writeFile(join(folder, '../shared/f4'), 'xxxx'),
      'state file f4 has 4 of 10 bytes',
    ],
  ])('finds %s', async (_, spoil, problem) => {
    await checkpoint(3, 1000);
    const folder = await checkpoint(4, 2000);
    await spoil(folder);
    const { points, broken } = await fileStorage().list([dir], signal);
    expect(points.map((point) => point.checkpointId)).toEqual([3]);
    expect(broken).toMatchObject([{ checkpointId: 4, problem, path: `file:${folder}` }]);
    expect(await fileStorage().check(`file:${folder}`, signal)).toEqual({ problem });
  });

  it('checks one point', async () => {
    const folder = await checkpoint(4, 2000);
    expect(await fileStorage().check(folder, signal)).toEqual({ level: 'complete' });
    await rm(folder, { recursive: true });
    expect(await fileStorage().check(folder, signal)).toEqual({ problem: 'notFound' });
  });

  it('goes no further than present where it can not look', async () => {
    const folder = await checkpoint(4, 2000);
    const metadata = join(folder, '_metadata');
    const files = [{ path: 's3://bucket/shared/1', bytes: 10 }];
    await writeFile(metadata, flinkMetadata({ checkpointId: 4, files }));
    expect(await fileStorage().check(folder, signal)).toEqual({ level: 'present' });
    await checkpoint(4, 2000);
    const narrow = { ...FILE_STORAGE_LIMITS, metadataBytes: 10 };
    expect(await fileStorage(narrow).check(folder, signal)).toEqual({ level: 'present' });
    const few = { ...FILE_STORAGE_LIMITS, files: 0 };
    expect(await fileStorage(few).check(folder, signal)).toEqual({ level: 'present' });
  });

  it('looks at the newest only', async () => {
    for (let id = 1; id <= 5; id += 1) await checkpoint(id, 1000 * id);
    const { points } = await fileStorage({ ...FILE_STORAGE_LIMITS, points: 2 }).list([dir], signal);
    expect(points.map((point) => point.checkpointId)).toEqual([5, 4]);
  });

  it('takes a folder that is not there for an empty one, a mount that is not there for unreadable', async () => {
    expect(await fileStorage().list([join(dir, 'new')], signal)).toEqual({ points: [], broken: [] });
    await expect(fileStorage().list([join(dir, 'gone', 'new')], signal)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(fileStorage().list(['s3://bucket/ck'], signal)).rejects.toMatchObject({ kind: 'refused' });
    await expect(fileStorage().check('hdfs://x/ck', signal)).rejects.toMatchObject({ kind: 'refused' });
  });
});
