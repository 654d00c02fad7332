import { beforeEach, describe, expect, it } from 'vitest';
import { usable } from '../core/model/input.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { ObserverWorld, platformJob } from '../testing/observer-world.ts';

const STARTED = 1000;

function jobOf(startedAt: number): PlatformJob {
  const taskManagers = ['tm-0', 'tm-1'].map((pod) => ({ pod, startedAt }));
  const job = platformJob();
  return { ...job, taskManagers, status: { ...job.status, taskManagers: { wanted: 2, running: 2, ended: [] } } };
}

describe('unregistered TaskManagers', () => {
  let world: ObserverWorld;
  let job: PlatformJob;
  beforeEach(() => {
    world = new ObserverWorld();
    job = jobOf(STARTED);
    register('tm-0');
  });

  function register(...pods: readonly string[]): void {
    world.flink.taskManagers = pods.map((id) => ({ id, slots: 2, freeSlots: 0, lastHeartbeatAt: null }));
  }

  async function look(): Promise<ReturnType<typeof unregistered>> {
    return unregistered((await world.tick({ jobs: [job] })).first);
  }

  const unregistered = (snapshot: Snapshot) => usable(snapshot.platform)?.taskManagers.unregistered;

  it('are those that Flink does not name, since the first look that found them missing', async () => {
    // The series of the world show one registered TaskManager.
    const since = world.clock.now() + 5000;
    expect(await look()).toEqual([{ pod: 'tm-1', startedAt: STARTED, since }]);
    expect(await look()).toEqual([{ pod: 'tm-1', startedAt: STARTED, since }]);
    register('tm-0', 'tm-1');
    expect(await look()).toEqual([]);
    register('tm-0');
    expect(await look()).toEqual([{ pod: 'tm-1', startedAt: STARTED, since: since + 15_000 }]);
  });

  it('begin anew with another process', async () => {
    await look();
    job = jobOf(STARTED + 1);
    expect(await look()).toEqual([{ pod: 'tm-1', startedAt: STARTED + 1, since: world.clock.now() }]);
  });

  it('are not known while Flink does not answer, and not asked for while its series show all', async () => {
    await look();
    world.flink.down = true;
    expect(await look()).toBeUndefined();
    world.flink.down = false;
    const { restCalls } = await world.tick({ jobs: [{ ...job, taskManagers: [{ pod: 'tm-0', startedAt: STARTED }] }] });
    expect(restCalls).toBe(0);
  });

  it('are asked for when the series are gone', async () => {
    world.metrics.answers.clear();
    expect(await look()).toMatchObject([{ pod: 'tm-1' }]);
  });

  it('are not known where the JobManager does not run', async () => {
    job = { ...job, status: { ...job.status, jobManager: 'Ended' } };
    expect(await look()).toBeUndefined();
  });
});
