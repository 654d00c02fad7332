import { beforeEach, expect, it } from 'vitest';
import type { Store } from '../store/contract.ts';
import { memoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { KEY, NOW, REF, RUN } from '../testing/snapshot.ts';
import { ObservedJobs } from './observed-jobs.ts';

const job = { ref: REF, key: KEY };
const point = (checkpointId: number) =>
  ({
    kind: 'checkpoint',
    path: `/c/chk-${checkpointId}`,
    checkpointId,
    flinkJobId: RUN,
    completedAt: NOW,
    level: 'reported',
  }) as const;

let clock: FakeClock;
let store: Store;
let jobs: ObservedJobs;
beforeEach(() => {
  clock = new FakeClock(NOW);
  store = memoryStore(clock);
  jobs = new ObservedJobs({ store, clock, controllerId: 'drey-1' });
});
const stored = async () => (await store.getObservedJob('local', 'job-topup'))?.value;

it('remembers at once, and over a restart', async () => {
  await jobs.remember(job, (one) => ({ ...one, newestRestorePoint: point(1) }));
  expect(await stored()).toMatchObject({ key: KEY, controller: 'drey-1', newestRestorePoint: { checkpointId: 1 } });
  const later = new ObservedJobs({ store, clock, controllerId: 'drey-1' });
  expect(later.get(KEY)).toBeNull();
  await later.load();
  expect(later.get(KEY)).toEqual(jobs.get(KEY));
});

it('writes what nobody acts on at most once a minute, and by the next minute', async () => {
  await jobs.remember(job, (one) => ({ ...one, newestRestorePoint: point(1) }));
  await clock.advance(30_000);
  await jobs.remember(job, (one) => ({ ...one, newestRestorePoint: point(2) }));
  expect(jobs.get(KEY)?.newestRestorePoint?.checkpointId).toBe(2);
  expect((await stored())?.newestRestorePoint?.checkpointId).toBe(1);
  await clock.advance(30_000);
  await jobs.remember(job, (one) => one);
  expect((await stored())?.newestRestorePoint?.checkpointId).toBe(2);
});

it('writes at once that a rule was not true for once, so that no restart counts on', async () => {
  const count = { ticks: 3, since: NOW, at: NOW };
  await jobs.remember(job, (one) => ({ ...one, ruleCounts: { stuck: count } }));
  await jobs.remember(job, (one) => ({ ...one, ruleCounts: { stuck: { ...count, ticks: 4 } } }));
  expect((await stored())?.ruleCounts).toEqual({ stuck: count });
  await jobs.remember(job, (one) => ({ ...one, ruleCounts: {} }));
  expect((await stored())?.ruleCounts).toEqual({});
  const anew = { ...count, ticks: 1, since: NOW + 1 };
  await jobs.remember(job, (one) => ({ ...one, ruleCounts: { stuck: count } }));
  await clock.advance(60_000);
  await jobs.remember(job, (one) => one);
  await jobs.remember(job, (one) => ({ ...one, ruleCounts: { stuck: anew } }));
  expect((await stored())?.ruleCounts).toEqual({ stuck: anew });
});

it('writes nothing when nothing changed', async () => {
  await jobs.remember(job, (one) => one);
  const before = await store.getObservedJob('local', 'job-topup');
  await clock.advance(3_600_000);
  await jobs.remember(job, (one) => ({ ...one }));
  expect(await store.getObservedJob('local', 'job-topup')).toEqual(before);
});

it('writes a page, a failed point and a new kind of decision at once, with all that waited', async () => {
  await jobs.remember(job, (one) => one);
  const decision = { at: NOW, kind: 'Hold', reason: 'Cooldown', detail: 'x' };
  await jobs.remember(job, (one) => ({ ...one, newestRestorePoint: point(2) }));
  await jobs.remember(job, (one) => ({ ...one, lastDecision: decision }));
  expect(await stored()).toMatchObject({
    lastDecision: { reason: 'Cooldown' },
    newestRestorePoint: { checkpointId: 2 },
  });
  await jobs.remember(job, (one) => ({ ...one, lastDecision: { ...decision, at: NOW + 1, detail: 'y' } }));
  expect((await stored())?.lastDecision?.detail).toBe('x');
  await jobs.remember(job, (one) => ({ ...one, page: { since: NOW, cause: 'RestartLoop', detail: 'z' } }));
  expect(await stored()).toMatchObject({ page: { cause: 'RestartLoop' }, lastDecision: { detail: 'y' } });
  await jobs.remember(job, (one) => ({ ...one, unusablePoints: [{ path: '/c/1', problem: 'p' }] }));
  expect((await stored())?.unusablePoints).toHaveLength(1);
});

it('flushes what waited', async () => {
  await jobs.remember(job, (one) => one);
  await jobs.remember(job, (one) => ({ ...one, newestRestorePoint: point(3) }));
  await jobs.flush();
  expect((await stored())?.newestRestorePoint?.checkpointId).toBe(3);
});

it('reads again and changes again where another writer was faster', async () => {
  await jobs.remember(job, (one) => one);
  const other = (await store.getObservedJob('local', 'job-topup'))!;
  await store.putObservedJob({ ...other.value, remediations: 7 }, other.version);
  const after = await jobs.remember(job, (one) => ({ ...one, remediations: one.remediations + 1 }));
  expect(after.remediations).toBe(8);
  expect((await stored())?.remediations).toBe(8);
});

it('keeps in mind what the store refused, and writes it with the next change', async () => {
  const failing: Store = {
    ...store,
    putObservedJob: () => Promise.reject(new Error('disk full')),
    listObservedJobs: () => store.listObservedJobs(),
  };
  const lost = new ObservedJobs({ store: failing, clock, controllerId: 'drey-1' });
  await expect(lost.remember(job, (one) => ({ ...one, remediations: 1 }))).rejects.toThrow('disk full');
  expect(lost.get(KEY)?.remediations).toBe(1);
});
