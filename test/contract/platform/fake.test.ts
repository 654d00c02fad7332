import { expect, it } from 'vitest';
import type { PlatformJob } from '../../../controller/src/platforms/contract.ts';
import { FakePlatform } from '../../../controller/src/platforms/fake.ts';
import { liveRuns } from '../../../controller/src/platforms/fake-job.ts';
import { contextOf, execute, newId } from './execute.ts';
import type { PlatformHarness } from './harness.ts';
import { describePlatform } from './suite.ts';

const point = `/checkpoints/${'a'.repeat(32)}/chk-7`;

function harnessOf(platform: FakePlatform): PlatformHarness {
  const [job] = [...platform.world.values()];
  return {
    platform,
    reopen: () => platform,
    job: async () => (await platform.jobs())[0] as PlatformJob,
    world: () => Promise.resolve(JSON.stringify([job, [...job!.taskManagers], [...job!.points]])),
    liveRuns: () => Promise.resolve(liveRuns(job!).map(({ flinkJobId }) => flinkJobId)),
    parallelism: () => Promise.resolve({ ...job!.parallelism }),
    restorePoint: () => Promise.resolve(point),
    brokenPoint: () => Promise.resolve('/checkpoints/gone/chk-9'),
    killTaskManager: async (pod) => {
      job!.taskManagers.get(pod)!.alive = false;
    },
    killJobManager: async () => {
      job!.jobManager.alive = false;
    },
    patienceMs: 0,
    dispose: () => Promise.resolve(),
  };
}

describePlatform('double', async () => harnessOf(new FakePlatform({ name: 'topup' })));

it('counts what a runner must not do', async () => {
  const platform = new FakePlatform({ name: 'topup' });
  const harness = harnessOf(platform);
  const action = 'RestartFromCheckpoint';
  const journal = [
    { step: 'choose-restore-point/1', key: 'r', state: 'Done', plannedAt: 0, sentAt: 0, doneAt: 0, detail: point },
  ] as const;
  const context = await contextOf(harness, { action }, { step: { step: 'start-run/1', key: newId() }, journal });
  await platform.send(context);
  await platform.send(context);
  await platform.send({ ...context, step: { step: 'start-run/1', key: newId() } });
  await expect(platform.send({ ...context, step: { step: 'start-run/2', key: newId() } })).rejects.toThrow(/chosen/);
  expect(platform.counters).toEqual({ overlappingRuns: 2, emptyStarts: 1, stateLosses: 0 });
  expect(platform.resends).toBe(1);
  expect(platform.duplicatedEffects()).toBe(1);
});

it('fails as it is told to, before and after the effect', async () => {
  const platform = new FakePlatform({ name: 'topup' });
  const harness = harnessOf(platform);
  platform.fail({ step: /^cancel-run/, when: 'before' });
  await expect(execute(harness, { action: 'RestartFromCheckpoint' })).rejects.toThrow(/was not sent/);
  expect(platform.effects).toEqual([]);
  platform.fail({ step: /^cancel-run/, when: 'after' });
  await expect(execute(harness, { action: 'RestartFromCheckpoint' })).rejects.toThrow(/no answer/);
  expect(platform.effects).toHaveLength(1);
});
