import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BrokenRestorePoint, RestorePoint, RestorePointLevel } from '../../core/model/restore-point.ts';
import { codeOf, SourceError } from '../../io/errors.ts';
import type { CheckpointStorage, StoredPoints } from '../contract.ts';
import { CorruptError } from './byte-reader.ts';
import { flinkPath, localPath } from './location.ts';
import { type Metadata, readMetadata } from './metadata.ts';
import type { NamedFile } from './state-handles.ts';

/** Bounds of one look. */
export interface FileStorageLimits {
  /** Folders of runs that are opened, newest first. */
  readonly runs: number;
  /** Points that are read, newest first. */
  readonly points: number;
  /** Largest `_metadata` that is read, bytes; a larger one counts as `present`. */
  readonly metadataBytes: number;
  /** Files that are looked for in one listing or check; points beyond it count as `present`. */
  readonly files: number;
}

/** The newest points are what a restart may take; the bounds keep one look within a tick. */
export const FILE_STORAGE_LIMITS: FileStorageLimits = {
  runs: 50,
  points: 20,
  metadataBytes: 64 * 1024 * 1024,
  files: 20_000,
};

interface Found {
  readonly folder: string;
  readonly metadataAt: number;
  readonly bytes: number;
}

type Verdict = { readonly level: RestorePointLevel; readonly metadata: Metadata | null } | { readonly problem: string };

/** Checkpoints on a file system that this machine sees. */
export function fileStorage(limits: FileStorageLimits = FILE_STORAGE_LIMITS): CheckpointStorage {
  return {
    async list(dirs, signal) {
      const runs = (await Promise.all([...new Set(dirs.map(localPath))].map((dir) => runFolders(dir)))).flat();
      const newest = runs.sort((a, b) => b.at - a.at).slice(0, limits.runs);
      const found = (await Promise.all(newest.map((run) => points(run.path)))).flat();
      found.sort((a, b) => b.metadataAt - a.metadataAt || checkpointIdOf(b.folder) - checkpointIdOf(a.folder));
      return judge(found.slice(0, limits.points), limits, signal);
    },
    async check(path, signal) {
      const folder = localPath(path);
      const found = await readable(look(folder));
      if (found === null) return { problem: 'notFound' };
      const verdict = await inspect(found, limits, { left: limits.files }, signal);
      return 'problem' in verdict ? verdict : { level: verdict.level };
    },
  };
}

async function judge(found: readonly Found[], limits: FileStorageLimits, signal: AbortSignal): Promise<StoredPoints> {
  const points: RestorePoint[] = [];
  const broken: BrokenRestorePoint[] = [];
  const budget = { left: limits.files };
  for (const one of found) {
    const verdict = await inspect(one, limits, budget, signal);
    const path = flinkPath(one.folder);
    const checkpointId = checkpointIdOf(one.folder);
    const base = { path, checkpointId, completedAt: one.metadataAt };
    if ('problem' in verdict) {
      // Flink may have cleaned it up meanwhile: then it is no point any more, broken or not.
      if ((await readable(look(one.folder))) !== null) broken.push({ ...base, problem: verdict.problem });
    } else {
      const kind = verdict.metadata?.kind ?? 'checkpoint';
      points.push({ ...base, kind, flinkJobId: basename(dirname(one.folder)), level: verdict.level });
    }
  }
  return { points, broken };
}

/** The folders of runs in a checkpoint folder. One that is not there holds none, if the folder above it is there. */
async function runFolders(dir: string): Promise<readonly { path: string; at: number }[]> {
  const entries = await readable(readdir(dir, { withFileTypes: true }));
  if (entries === null) {
    if ((await readable(stat(dirname(dir)))) === null)
      throw new SourceError('notFound', 'checkpoint folder is missing');
    return [];
  }
  const runs = entries.filter((entry) => entry.isDirectory() && /^[0-9a-f]{32}$/.test(entry.name));
  const stats = await Promise.all(
    runs.map(async ({ name }) => ({ path: join(dir, name), at: await changedAt(join(dir, name)) })),
  );
  return stats;
}

async function changedAt(path: string): Promise<number> {
  return (await readable(stat(path)))?.mtimeMs ?? 0;
}

/** The completed checkpoints of one run: without `_metadata` it is in progress or was given up. */
async function points(run: string): Promise<readonly Found[]> {
  const entries = (await readable(readdir(run))) ?? [];
  const folders = entries.filter((name) => /^chk-\d{1,15}$/.test(name)).map((name) => join(run, name));
  const looked = await Promise.all(folders.map((folder) => readable(look(folder))));
  return looked.filter((found) => found !== null);
}

async function look(folder: string): Promise<Found> {
  const { mtimeMs, size } = await stat(join(folder, '_metadata'));
  return { folder, metadataAt: Math.floor(mtimeMs), bytes: size };
}

function checkpointIdOf(folder: string): number {
  return Number(/^chk-(\d+)$/.exec(basename(folder))?.[1] ?? -1);
}

async function inspect(
  found: Found,
  limits: FileStorageLimits,
  budget: { left: number },
  signal: AbortSignal,
): Promise<Verdict> {
  if (found.bytes === 0) return { problem: '_metadata is empty' };
  if (found.bytes > limits.metadataBytes) return { level: 'present', metadata: null };
  const bytes = await readable(readFile(join(found.folder, '_metadata'), { signal }));
  if (bytes === null) return { problem: 'notFound' };
  try {
    const metadata = readMetadata(bytes);
    return await completeness(metadata, found.folder, budget);
  } catch (error) {
    if (error instanceof CorruptError) return { problem: `_metadata: ${error.message}` };
    throw error;
  }
}

async function completeness(metadata: Metadata, folder: string, budget: { left: number }): Promise<Verdict> {
  const wanted = neededBytes(metadata.files ?? [], folder);
  budget.left -= wanted.size;
  if (metadata.files === null || budget.left < 0) return { level: 'present', metadata };
  let seen = true;
  const entries = [...wanted];
  // A few at a time: storage may be a network away.
  for (let from = 0; from < entries.length; from += 32) {
    const problems = await Promise.all(entries.slice(from, from + 32).map(([path, bytes]) => problemOf(path, bytes)));
    const problem = problems.find((one) => one !== null && one !== 'elsewhere');
    if (problem !== undefined && problem !== null) return { problem };
    if (problems.includes('elsewhere')) seen = false;
  }
  return { level: seen ? 'complete' : 'present', metadata };
}

/** Each file once, with the largest size that any handle needs of it. */
function neededBytes(files: readonly NamedFile[], folder: string): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const file of files) {
    const path = file.relative ? join(folder, file.path) : file.path;
    wanted.set(path, Math.max(wanted.get(path) ?? 0, file.bytes));
  }
  return wanted;
}

/** Null = fine; `elsewhere` = on a storage that can't be seen from here. */
async function problemOf(path: string, bytes: number): Promise<string | null> {
  if (!path.startsWith('/') && !path.startsWith('file:')) return 'elsewhere';
  const stats = await readable(stat(localPath(path)));
  const name = basename(path);
  if (stats === null) return `state file ${name} is missing`;
  return stats.size < bytes ? `state file ${name} has ${stats.size} of ${bytes} bytes` : null;
}

/** Null where there is nothing at the path; a storage that can't be read is a `SourceError`. */
async function readable<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const code = codeOf(error) ?? 'unknown error';
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new SourceError('unreachable', `checkpoint storage: ${code}`);
  }
}
