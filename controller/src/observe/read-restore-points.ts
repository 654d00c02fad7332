import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { RestorePoint, RestorePoints } from '../core/model/restore-point.ts';
import { type CheckpointStorage, SourceError, type StoredPoints } from '../sources/contract.ts';
import { canonical } from '../sources/storage/location.ts';
import { type Check, mergeRestorePoints, reportedPoints, unlisted } from './merge-restore-points.ts';
import type { RestDesk } from './rest-desk.ts';

/** Known points that a listing did not show are asked for one by one, the newest of them. */
const MAX_CHECKS = 20;

/** Which job's points, and where to ask. */
export interface RestorePointQuestion {
  readonly desk: RestDesk;
  readonly storage: CheckpointStorage;
  readonly url: string | null;
  readonly flinkJobId: string | null;
  readonly dirs: readonly string[];
  /** Newest point ever known. */
  readonly remembered: RestorePoint | null;
  readonly signal: AbortSignal;
}

type Stored = { readonly ok: true; readonly value: StoredPoints } | { readonly ok: false; readonly problem: string };

/** Asks Flink REST and storage for the restore points of a job. Never throws. */
export async function readRestorePoints(question: RestorePointQuestion): Promise<Input<RestorePoints>> {
  const [reported, listed] = await Promise.all([askFlink(question), list(question)]);
  const known = { reported: reported.points, remembered: question.remembered };
  const checks = listed.ok ? await checkUnlisted(question, { ...known, stored: listed.value }) : null;
  // Without folders to list, storage has spoken only where it could judge a known point.
  const readable = listed.ok && checks !== null && (question.dirs.length > 0 || checks.size > 0);
  if (readable) {
    return fresh(mergeRestorePoints({ ...known, stored: listed.value, checks }), 'storage');
  }
  if (reported.ok) return fresh(mergeRestorePoints({ ...known, stored: null, checks: new Map() }), 'flink-rest');
  const storageProblem = listed.ok ? 'storage: no folder is known' : listed.problem;
  return unusable('error', listed.ok ? 'flink-rest' : 'storage', `${storageProblem}; ${reported.problem}`);
}

async function askFlink(
  question: RestorePointQuestion,
): Promise<{ ok: boolean; points: readonly RestorePoint[]; problem: string }> {
  const { url, flinkJobId, desk } = question;
  if (url === null || flinkJobId === null) return { ok: false, points: [], problem: 'Flink REST: no run is known' };
  const answer = await desk.checkpoints(url, flinkJobId);
  if (!answer.ok) return { ok: false, points: [], problem: answer.error.message };
  return { ok: true, points: reportedPoints(answer.value, flinkJobId), problem: '' };
}

async function list({ storage, dirs, signal }: RestorePointQuestion): Promise<Stored> {
  if (dirs.length === 0) return { ok: true, value: { points: [], broken: [] } };
  try {
    return { ok: true, value: await orAborted(storage.list(dirs, signal), signal) };
  } catch (error) {
    return { ok: false, problem: error instanceof SourceError ? error.message : 'storage: unexpected error' };
  }
}

/** Null when storage can't be read after all. */
async function checkUnlisted(
  { storage, signal }: RestorePointQuestion,
  known: { reported: readonly RestorePoint[]; remembered: RestorePoint | null; stored: StoredPoints },
): Promise<ReadonlyMap<string, Check> | null> {
  const newest = [...unlisted(known)].sort((a, b) => b.completedAt - a.completedAt).slice(0, MAX_CHECKS);
  try {
    const verdicts = newest.map(
      async ({ path }) => [canonical(path), await orAborted(storage.check(path, signal), signal)] as const,
    );
    return new Map(await Promise.all(verdicts));
  } catch {
    return null;
  }
}

/** File systems do not always listen to signals: a hung mount must not hold the tick. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new SourceError('timeout', 'storage: no answer within the deadline'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
