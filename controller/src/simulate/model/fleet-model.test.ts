import { describe, expect, it } from 'vitest';
import { checkScenario, type Scenario } from '../../resources/scenario/scenario.ts';
import { FleetModel } from './fleet-model.ts';
import type { SimulatedJob } from './job.ts';

interface Options {
  readonly load?: object;
  readonly job?: object;
  readonly vertices?: readonly object[];
  readonly faults?: readonly object[];
}

const VERTICES = [
  { name: 'in', capacity: 100, parallelism: 2 },
  { name: 'work', inputs: ['in'], capacity: 50, parallelism: 4, selectivity: 0.5 },
  { name: 'out', inputs: ['work'], capacity: 100, parallelism: 1 },
];

function scenarioOf({
  load = { shape: 'steps', points: [['0s', 100]] },
  job,
  vertices = VERTICES,
  faults = [],
}: Options): Scenario {
  const checked = checkScenario({
    name: 'test',
    duration: '1h',
    jobs: [{ name: 'a', slotsPerTaskManager: 2, maxParallelism: 120, vertices, load: { in: load }, ...job }],
    faults,
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

function modelOf(options: Options = {}): { model: FleetModel; job: SimulatedJob; run: (seconds: number) => void } {
  const model = new FleetModel({ scenario: scenarioOf(options), seed: 1, note: () => undefined });
  const run = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) model.step();
  };
  return { model, job: model.jobs.get('a')!, run };
}

const faultOf = (kind: string, more: object = {}): readonly object[] => [{ at: '100s', job: 'a', kind, ...more }];

describe('a job that keeps up', () => {
  it('reads what comes, and each vertex is as busy as its work', () => {
    const { job, run } = modelOf();
    run(60);
    expect(job.unread).toBe(0);
    expect(job.lagS).toBe(0);
    expect(job.flow.vertices).toMatchObject([
      { in: 100, out: 100, busy: 0.5, backPressured: 0 },
      { in: 100, out: 50, busy: 0.5 },
      { in: 50, out: 50, busy: 0.5 },
    ]);
    expect(job.taskManagers.running).toHaveLength(2);
  });

  it('completes a checkpoint each interval, the first with the start', () => {
    const { job, run } = modelOf();
    expect(job.checkpoints.points).toMatchObject([{ id: 1, completedAt: 0 }]);
    run(95);
    expect(job.checkpoints.points.map(({ id, completedAt }) => [id, completedAt])).toEqual([
      [4, 92],
      [3, 62],
      [2, 32],
      [1, 0],
    ]);
    expect(job.run).toMatchObject({ completed: 4, failed: 0 });
  });
});

describe('a job that does not keep up', () => {
  it('is held back by its fullest vertex, and lag is the age of the oldest unread record', () => {
    const { job, run } = modelOf({
      load: {
        shape: 'steps',
        points: [
          ['0s', 100],
          ['10s', 400],
        ],
      },
    });
    run(110);
    // `work` takes 200 a second of 400.
    expect(job.flow.vertices[0]).toMatchObject({ in: 200, busy: 1 });
    expect(job.flow.vertices[1]).toMatchObject({ in: 200, busy: 1, backPressured: 0 });
    expect(job.unread).toBeCloseTo(100 * 200, 6);
    // Half of what came since second 10 was read.
    expect(job.lagS).toBeCloseTo(50, 6);
  });

  it('shows backpressure above a full vertex, not below it', () => {
    const [first, ...others] = VERTICES;
    const { job, run } = modelOf({
      load: { shape: 'steps', points: [['0s', 400]] },
      vertices: [{ ...first, capacity: 400 }, ...others],
    });
    run(20);
    const [source, work, sink] = job.flow.vertices;
    expect(source?.busy).toBeCloseTo(0.25, 9);
    expect(source?.backPressured).toBeCloseTo(0.75, 9);
    expect([work?.backPressured, sink?.backPressured]).toEqual([0, 0]);
  });

  it('is limited by its busiest subtask where keys are skewed, or where subtasks do not share evenly', () => {
    const skewed = modelOf({
      load: { shape: 'steps', points: [['0s', 1000]] },
      vertices: [{ name: 'in', capacity: 100, parallelism: 4, skew: 1 }],
    });
    skewed.run(10);
    expect(skewed.job.flow.vertices[0]).toMatchObject({ in: 200, busy: 0.5, busiest: 1 });
    const uneven = modelOf({
      load: { shape: 'steps', points: [['0s', 1000]] },
      vertices: [{ name: 'in', capacity: 100, parallelism: 4, partitions: 6 }],
    });
    uneven.run(10);
    expect(uneven.job.flow.vertices[0]?.in).toBeCloseTo(300, 6);
  });

  it('does p^scalability together', () => {
    const { job, run } = modelOf({
      load: { shape: 'steps', points: [['0s', 1000]] },
      vertices: [{ name: 'in', capacity: 100, parallelism: 4, scalability: 0.5 }],
    });
    run(10);
    expect(job.flow.vertices[0]?.in).toBeCloseTo(200, 6);
  });
});

describe('another size', () => {
  it('comes with the next checkpoint, stops the job, and goes back to that checkpoint', () => {
    const { job, run } = modelOf({ job: { taskManagers: 4 } });
    run(35);
    job.setWanted([4, 8, 2]);
    run(27);
    expect(job.state).toBe('RUNNING');
    run(1);
    expect(job).toMatchObject({ state: 'RESTARTING', parallelism: [2, 4, 1] });
    // The checkpoint began at 60: two seconds are read again.
    expect(job.unread).toBeCloseTo(300, 6);
    run(10);
    expect(job).toMatchObject({ state: 'RUNNING', parallelism: [4, 8, 2] });
    expect(job.run).toMatchObject({ restarts: 1, rescales: 1 });
  });

  it('is what the slots allow', () => {
    const { job, run } = modelOf();
    job.setWanted([4, 8, 2]);
    run(60);
    expect(job.parallelism).toEqual([4, 4, 2]);
  });
});

describe('faults', () => {
  it.each([
    ['taskManagerLost', 200],
    ['nodeLost', 200],
  ])('%s: at fewer slots until the platform has replaced it', (kind, later) => {
    const { job, run } = modelOf({ faults: faultOf(kind) });
    run(101);
    expect(job).toMatchObject({ state: 'RESTARTING' });
    run(11);
    expect(job).toMatchObject({ state: 'RUNNING', parallelism: [2, 2, 1] });
    run(later - 112);
    expect(job).toMatchObject({ state: 'RUNNING', parallelism: [2, 4, 1], faults: [] });
  });

  it('a stuck TaskManager stops everything and all checkpoints, until it is gone', () => {
    const { job, run } = modelOf({ faults: faultOf('taskManagerStuck') });
    run(200);
    expect(job).toMatchObject({ state: 'RUNNING', lagS: 100 });
    expect(job.flow.vertices.map((flow) => flow.in)).toEqual([0, 0, 0]);
    expect(job.checkpoints.points[0]?.completedAt).toBe(92);
    const [stuck] = job.taskManagers.running;
    job.taskManagers.end(stuck!.pod);
    job.failover({ name: 'gone', message: 'gone', taskManager: stuck!.pod });
    job.taskManagers.start(stuck!.pod, { now: job.now });
    run(300);
    expect(job).toMatchObject({ state: 'RUNNING', faults: [], lagS: 0 });
  });

  it('a JobManager without high availability takes the job with it', () => {
    const { job, run } = modelOf({ faults: faultOf('jobManagerLost') });
    run(150);
    expect(job).toMatchObject({ state: 'Gone', runs: [], lagS: 60 });
  });

  it('a failed job stays failed until it is started from a point', () => {
    const { job, run } = modelOf({ faults: faultOf('jobFailed') });
    run(150);
    expect(job.state).toBe('FAILED');
    job.start('b'.repeat(32), job.checkpoints.points[0]!.path);
    run(59);
    expect(job.state).toBe('INITIALIZING');
    run(2);
    expect(job).toMatchObject({ state: 'RUNNING', stateLosses: 0 });
    run(1);
    expect(job.faults).toEqual([]);
  });

  it.each([
    // A start takes 10 s in place, then it runs for so long.
    ['restartLoop', { every: '20s', for: '300s' }, 30],
    ['poisonRecord', { for: '300s' }, 15],
    ['metaspaceExhausted', { for: '300s' }, 15],
  ])('%s fails again and again, and no further when it is over', (kind, more, cycle) => {
    const { job, run } = modelOf({ faults: faultOf(kind, more) });
    run(130);
    const before = job.run!.restarts;
    run(4 * cycle);
    expect(job.run!.restarts - before).toBe(4);
    run(300);
    const after = job.run!.restarts;
    run(120);
    expect(job.run!.restarts).toBe(after);
    expect(job.state).toBe('RUNNING');
  });

  it('outOfMemory takes a TaskManager each time', () => {
    const { job, run } = modelOf({ faults: faultOf('outOfMemory', { every: '100s', for: '250s' }) });
    run(400);
    expect(job.run!.failures.filter(({ message }) => message.includes('137'))).toHaveLength(3);
  });

  it('no checkpoint completes while they fail, and a restart goes far back', () => {
    const { job, run } = modelOf({ faults: faultOf('checkpointFailing', { for: '200s' }) });
    run(290);
    expect(job.run!.failed).toBeGreaterThan(4);
    job.failover({ name: 'x', message: 'x', taskManager: null });
    expect(job.lagS).toBeGreaterThan(195);
    run(120);
    expect(job.checkpoints.points[0]?.completedAt).toBeGreaterThan(300);
  });

  it('nothing is restored while the storage is down', () => {
    const { job, run } = modelOf({ faults: faultOf('storageDown', { for: '200s' }) });
    run(120);
    job.failover({ name: 'x', message: 'x', taskManager: null });
    run(100);
    expect(job.state).toBe('RESTARTING');
    run(85);
    expect(job.state).toBe('RUNNING');
  });
});

describe('the same seed', () => {
  it('gives the same run, another one another', () => {
    const load = { shape: 'sine', base: 100, amplitude: 50, period: '5m', noise: 0.2, bursts: [['100s', '20s', 3]] };
    const readBy = (seed: number): number => {
      const model = new FleetModel({ scenario: scenarioOf({ load }), seed, note: () => undefined });
      for (let i = 0; i < 600; i++) model.step();
      return model.jobs.get('a')!.queues[0]!.position;
    };
    expect(readBy(7)).toBe(readBy(7));
    expect(readBy(7)).not.toBe(readBy(8));
  });
});
