import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../controller/src/io/clock.ts';
import { StoreConflict } from '../../../controller/src/store/contract.ts';
import type { Store } from '../../../controller/src/store/contract.ts';
import { FakeClock } from '../../../controller/src/testing/fake-clock.ts';
import { observedJob, remediation } from '../../../controller/src/testing/remediation.ts';
import { KEY, NOW, RUN } from '../../../controller/src/testing/snapshot.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** The same objects as a process started later sees them; undefined where nothing outlives the process. */
  reopen(): Promise<Store | undefined>;
  dispose(): Promise<void>;
}

const DAY = 24 * 3_600_000;
/** Every field set, with what needs care on its way through text. */
const full = remediation({
  spec: {
    params: {
      parallelism: { s: 4, c: 8 },
      taskManagers: 3,
      pods: ['p-1'],
      maxRewindMs: 5_430_500,
      allowNonRestoredState: false,
      claimMode: 'NoClaim',
    },
    evidence: ['Flink says "FAILED"\n\u2028 with ünïcode and a \\ backslash'],
  },
  status: {
    phase: 'Executing',
    reason: 'RewindTooFar',
    outcome: 'o',
    startedAt: NOW + 1,
    endedAt: NOW + 2,
    verification: 'v',
    steps: [
      { step: 'prove-ended', key: RUN, state: 'Done', plannedAt: NOW, sentAt: NOW + 1, doneAt: NOW + 2, detail: 'd' },
    ],
  },
});
const job = observedJob({
  remediations: 3,
  newestRestorePoint: {
    kind: 'checkpoint',
    path: '/c/chk-9',
    checkpointId: 9,
    flinkJobId: RUN,
    completedAt: NOW,
    level: 'reported',
  },
  unusablePoints: [{ path: '/c/chk-8', problem: 'corrupt' }],
  capacities: [{ vertex: 'count', perSubtask: 81.25, measuredAtBusy: 0.93, at: NOW }],
  page: { since: NOW, cause: 'RestartLoop', detail: 'd' },
  lastDecision: { at: NOW, kind: 'Hold', reason: 'Cooldown', detail: 'd' },
});

/** What every store promises (`controller/src/store/contract.ts`). */
export function storeSuite(name: string, open: (clock: Clock) => Promise<StoreUnderTest>): void {
  describe(`store: ${name}`, () => {
    let clock: FakeClock;
    let tested: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      clock = new FakeClock(NOW);
      tested = await open(clock);
      store = tested.store;
    });
    afterEach(() => tested.dispose());

    it('starts empty', async () => {
      expect(await store.listRemediations()).toEqual([]);
      expect(await store.listObservedJobs()).toEqual([]);
      expect(await store.getObservedJob('local', 'job-topup')).toBeUndefined();
    });

    it('gives back every field, at once and later', async () => {
      await store.createRemediation(full);
      await store.putObservedJob(job, null);
      for (const seen of [store, await tested.reopen()]) {
        if (seen === undefined) continue;
        expect((await seen.listRemediations()).map((one) => one.value)).toEqual([full]);
        expect((await seen.listObservedJobs()).map((one) => one.value)).toEqual([job]);
        expect((await seen.getObservedJob('local', 'job-topup'))?.value).toEqual(job);
      }
    });

    it('creates a name once, also when two try at the same time', async () => {
      const both = await Promise.allSettled([
        store.createRemediation(full),
        store.createRemediation({ ...full, createdAt: NOW + 5 }),
      ]);
      expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
      await expect(store.createRemediation(full)).rejects.toBeInstanceOf(StoreConflict);
      await store.putObservedJob(job, null);
      await expect(store.putObservedJob(job, null)).rejects.toBeInstanceOf(StoreConflict);
      expect((await store.listRemediations()).map((one) => one.value)).toEqual([full]);
    });

    it('keeps one name of two namespaces apart', async () => {
      await store.createRemediation(full);
      await store.createRemediation({ ...full, namespace: 'other' });
      expect((await store.listRemediations()).map((one) => one.value.namespace).toSorted()).toEqual(['local', 'other']);
    });

    it('updates at the version read, and refuses an older one and an unknown name', async () => {
      const first = await store.createRemediation(full);
      const verifying = { ...full, status: { ...full.status, phase: 'Verifying' as const } };
      const second = await store.updateRemediation(verifying, first.version);
      expect(second.version).not.toBe(first.version);
      await expect(store.updateRemediation(full, first.version)).rejects.toBeInstanceOf(StoreConflict);
      await expect(store.updateRemediation({ ...full, name: 'job-topup-7' }, '1')).rejects.toBeInstanceOf(
        StoreConflict,
      );
      expect((await store.listRemediations())[0]).toEqual(second);

      const kept = await store.putObservedJob(job, null);
      await store.putObservedJob({ ...job, remediations: 4 }, kept.version);
      await expect(store.putObservedJob(job, kept.version)).rejects.toBeInstanceOf(StoreConflict);
      expect((await store.getObservedJob('local', 'job-topup'))?.value.remediations).toBe(4);
    });

    it('lets one of two writers of the same version win', async () => {
      const { version } = await store.createRemediation(full);
      const write = (outcome: string): Promise<unknown> =>
        store.updateRemediation({ ...full, status: { ...full.status, outcome } }, version);
      const both = await Promise.allSettled([write('a'), write('b')]);
      expect(both.map((one) => one.status)).toEqual(['fulfilled', 'rejected']);
    });

    it('never changes a spec but for an approval, set once', async () => {
      const first = await store.createRemediation(full);
      const other = { ...full, spec: { ...full.spec, action: 'Rescale' as const, rung: 7 } };
      const second = await store.updateRemediation(other, first.version);
      expect(second.value.spec).toEqual(full.spec);
      const approval = { decision: 'Approve', by: 'ann', reason: 'seen' } as const;
      const third = await store.updateRemediation({ ...full, spec: { ...full.spec, approval } }, second.version);
      expect(third.value.spec).toEqual({ ...full.spec, approval });
      const denial = { decision: 'Deny', by: 'bob', reason: 'no' } as const;
      const fourth = await store.updateRemediation(
        { ...full, spec: { ...full.spec, approval: denial } },
        third.version,
      );
      expect(fourth.value.spec.approval).toEqual(approval);
      const later = (await tested.reopen()) ?? store;
      expect((await later.listRemediations())[0]?.value.spec.approval).toEqual(approval);
    });

    it('cuts texts that are too long instead of refusing the write', async () => {
      const { version } = await store.createRemediation(full);
      const outcome = 'x'.repeat(100_000);
      await store.updateRemediation({ ...full, status: { ...full.status, outcome } }, version);
      const later = (await tested.reopen()) ?? store;
      const kept = (await later.listRemediations())[0]?.value.status.outcome;
      expect(kept).toHaveLength(later === store ? outcome.length : 4096);
    });

    it('keeps the newest 100 closed remediations of a job of the last 7 days, and all open ones', async () => {
      const phase = 'Succeeded' as const;
      const old = remediation({ n: 1, createdAt: NOW - 8 * DAY, status: { phase } });
      const open = remediation({ n: 2, createdAt: NOW - 30 * DAY, status: { phase: 'Verifying' } });
      await store.createRemediation(old);
      await store.createRemediation(open);
      await store.createRemediation(
        remediation({ n: 500, createdAt: NOW - DAY, spec: { job: `${KEY}2` as typeof KEY }, status: { phase } }),
      );
      for (let n = 3; n < 105; n++)
        await store.createRemediation(remediation({ n, createdAt: NOW - 1000 + n, status: { phase } }));
      const last = await store.createRemediation(remediation({ n: 105 }));
      await store.updateRemediation({ ...last.value, status: { ...last.value.status, phase } }, last.version);
      const kept = (await store.listRemediations()).map((one) => Number(one.value.name.split('-').at(-1)));
      expect(kept.toSorted((a, b) => a - b)).toEqual([2, ...Array.from({ length: 100 }, (_, index) => index + 6), 500]);
    });

    it('writes nothing after it was closed', async () => {
      await store.close();
      await store.close();
      await expect(store.createRemediation(full)).rejects.toThrow('closed');
    });
  });
}
