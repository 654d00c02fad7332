import { beforeEach, describe, expect, it } from 'vitest';
import { addJobSeries, PLAIN_VERTICES } from '../sources/fakes/job-series.ts';
import { INPUTS } from '../core/model/input.ts';
import { freshnessOf, ObserverWorld, platformJob, RUN } from '../testing/observer-world.ts';

const near = (value: number): number => expect.closeTo(value, 6) as number;

describe('observer', () => {
  let world: ObserverWorld;
  beforeEach(() => {
    world = new ObserverWorld();
  });

  it('sees a healthy job whole', async () => {
    const { first, metricsUp, queries } = await world.tick();
    expect(metricsUp).toBe(true);
    expect(queries).toBe(16);
    expect(freshnessOf(first)).toEqual({
      ...Object.fromEntries(INPUTS.map((name) => [name, 'fresh'])),
      exceptions: 'absent',
    });
    expect(first).toMatchObject({
      jobState: {
        value: { state: 'RUNNING', flinkJobId: RUN, runningForMs: 600_000 },
        ageMs: 1000,
        source: 'prometheus',
      },
      restarts: { value: { restarts: 0, rescales: 0 } },
      checkpoints: { value: { completed: 7, failed: 0, inProgress: 0, lastCompletedId: 7, lastDurationMs: 80 } },
      lag: { value: { lagMs: 0, by: 'pending' } },
      topology: { value: { flinkJobId: RUN, inPlaceRescale: true } },
      taskManagers: { value: { registered: 1, slotsTotal: 4, slotsFree: 2 } },
      restoredFrom: { value: { flinkJobId: RUN, point: null } },
      restorePoints: {
        value: { points: [{ checkpointId: 7, level: 'complete', completedAt: 700 }], broken: [], newestKnownAt: 700 },
      },
    });
    expect(first.vertices).toMatchObject({
      value: [
        {
          name: 'Source: in',
          subtasks: 2,
          inRate: 100,
          outRate: 100,
          busy: near(0.2),
          idle: near(0.7),
          backPressured: near(0.1),
          pending: 0,
        },
        {
          name: 'out',
          subtasks: 2,
          inRate: 100,
          busy: 0.5,
          idle: 0.5,
          busiest: 0.5,
          pending: null,
          pendingGrowth: null,
        },
      ],
    });
  });

  it('asks Flink about a healthy job once, and again only when something moved', async () => {
    expect((await world.tick()).restCalls).toBe(2);
    expect((await world.tick()).restCalls).toBe(0);
    world.series({ restarts: 1 });
    const after = await world.tick();
    expect(after.restCalls).toBe(3);
    expect(after.first.exceptions.freshness).toBe('fresh');
    world.series({ restarts: 1, lastCompletedId: 8 });
    world.flink.completeCheckpoint(world.run, { id: 8, at: 800 });
    world.storage.add({ checkpointId: 8, completedAt: 803 });
    expect((await world.tick()).first.restorePoints).toMatchObject({ value: { newestKnownAt: 800 } });
  });

  it('does not take the series of the run before for those of the one that Flink names', async () => {
    await world.tick();
    world.run.state = 'CANCELED';
    world.flink.addRun({ id: '1'.repeat(32), startedAt: world.run.startedAt + 5 });
    const { first } = await world.tick({ attention: true });
    expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { flinkJobId: '1'.repeat(32) } });
    expect(first.vertices.freshness).toBe('absent');
    expect(first.checkpoints.freshness).toBe('absent');
  });

  it('of two runs in the series the fresh one that runs counts, the newer of two', async () => {
    world.series({ flinkJobId: '1'.repeat(32), ageMs: 40_000 });
    addJobSeries(world.metrics, { flinkJobId: '2'.repeat(32), stateTime: { name: 'failingTime', ms: 5 } });
    addJobSeries(world.metrics, { flinkJobId: '3'.repeat(32), stateTime: { name: 'runningTime', ms: 90_000 } });
    addJobSeries(world.metrics, { flinkJobId: '4'.repeat(32), stateTime: { name: 'runningTime', ms: 30_000 } });
    expect((await world.tick()).first.jobState).toMatchObject({ value: { flinkJobId: '4'.repeat(32) } });
  });

  it('asks Flink whenever the state is not RUNNING', async () => {
    world.series({ stateTime: { name: 'restartingTime', ms: 5000 } });
    world.run.state = 'RESTARTING';
    expect((await world.tick()).first.jobState).toMatchObject({ source: 'flink-rest', value: { state: 'RESTARTING' } });
    world.flink.down = true;
    expect((await world.tick()).first.jobState).toMatchObject({ source: 'prometheus', value: { state: 'RESTARTING' } });
  });

  it('reads the topology again after a restart, and not for good while the job is not RUNNING', async () => {
    await world.tick();
    world.run.state = 'RESTARTING';
    world.series({ restarts: 1, stateTime: { name: 'restartingTime', ms: 500 } });
    await world.tick();
    world.run.state = 'RUNNING';
    for (const vertex of world.run.vertices) Object.assign(vertex, { parallelism: 4 });
    world.series({ restarts: 1, vertices: PLAIN_VERTICES.map((vertex) => ({ ...vertex, subtasks: 4 })) });
    const { first } = await world.tick();
    expect(first.topology).toMatchObject({ value: { vertices: [{ parallelism: 4 }, { parallelism: 4 }] } });
    expect(first.vertices.freshness).toBe('fresh');
  });

  it('keeps within its calls, those who wait longest first, and loses nobody', async () => {
    const jobs = Array.from({ length: 6 }, (_, i) => platformJob(`job-${i}`));
    for (const [i, job] of jobs.entries()) {
      world.flink.addRun({ id: `${i}`.repeat(32), name: job.jobName });
      addJobSeries(world.metrics, { jobName: job.jobName, flinkJobId: `${i}`.repeat(32) });
    }
    world.observer = world.make({ maxRestCallsPerTick: 4 });
    const known: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { snapshots, restCalls } = await world.tick({ jobs });
      expect(snapshots.map((one) => one.key)).toEqual(jobs.map((job) => job.key));
      expect(restCalls).toBeLessThanOrEqual(4);
      known.push(snapshots.filter((one) => one.topology.freshness === 'fresh').length);
    }
    expect(known).toEqual([2, 4, 6]);
  });

  it('asks a session cluster once for all its jobs, and a dead one once', async () => {
    const jobs = Array.from({ length: 5 }, (_, i) => platformJob(`job-${i}`));
    world.metrics.answers.clear();
    expect((await world.tick({ jobs })).restCalls).toBe(1);
    world.flink.down = true;
    expect((await world.tick({ jobs })).restCalls).toBe(1);
  });

  it('survives a source that breaks its promise', async () => {
    world.storage.list = () => {
      throw new TypeError('bug');
    };
    const { first } = await world.tick();
    expect(first.jobState.freshness).toBe('fresh');
    expect(first.restorePoints).toMatchObject({ freshness: 'fresh', source: 'flink-rest' });
  });

  it('ends at its deadline when storage hangs', async () => {
    const asked = new Promise<void>((tell) => {
      world.storage.list = () => {
        tell();
        return new Promise(() => {});
      };
    });
    const pending = world.tick({ attention: true });
    await asked;
    await world.clock.advance(6000);
    expect((await pending).first.restorePoints).toMatchObject({ value: { points: [{ level: 'reported' }] } });
  });
});
