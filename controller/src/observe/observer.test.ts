import { beforeEach, describe, expect, it } from 'vitest';
import { type JobKey, jobKey } from '../core/model/job-key.ts';
import type { InputName } from '../core/model/input.ts';
import type { RestorePoint } from '../core/model/restore-point.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { SourceError } from '../sources/contract.ts';
import { FakeFlink, type FakeRun } from '../sources/fakes/fake-flink.ts';
import { FakeMetrics } from '../sources/fakes/fake-metrics.ts';
import { FakeStorage } from '../sources/fakes/fake-storage.ts';
import { addJobSeries, PLAIN_VERTICES } from '../sources/fakes/job-series.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createObserver, type Observation, type Observer } from './observer.ts';

const RUN = 'f'.repeat(32);
const SCRAPE = 5000;
const INPUTS: readonly InputName[] = [
  'jobState',
  'restarts',
  'checkpoints',
  'vertices',
  'lag',
  'topology',
  'taskManagers',
  'platform',
  'restorePoints',
  'restoredFrom',
  'exceptions',
];

const near = (value: number): number => expect.closeTo(value, 6) as number;

function platformJob(name = 'topup', over: Partial<PlatformJob> = {}): PlatformJob {
  const ref = { platform: 'process', namespace: 'default', kind: 'Job', name } as const;
  return {
    ref,
    key: jobKey(ref),
    labels: {},
    jobName: name,
    restUrl: 'http://jm',
    checkpointDirs: ['/checkpoints'],
    status: {
      jobManager: 'Running',
      taskManagers: { wanted: 1, running: 1, ended: [] },
      slotsPerTaskManager: 4,
      busy: null,
      owner: null,
    },
    ...over,
  };
}

describe('observer', () => {
  const clock = new FakeClock();
  let metrics: FakeMetrics;
  let flink: FakeFlink;
  let storage: FakeStorage;
  let run: FakeRun;
  let observer: Observer;

  beforeEach(() => {
    metrics = new FakeMetrics();
    flink = new FakeFlink();
    storage = new FakeStorage();
    run = flink.addRun();
    flink.completeCheckpoint(run, { id: 7, at: 700 });
    storage.add({ checkpointId: 7, completedAt: 703 });
    addJobSeries(metrics);
    observer = make();
  });

  function make(over: { maxRestCallsPerTick?: number } = {}): Observer {
    const settings = { scrapeMs: SCRAPE, tickMs: SCRAPE, ...over };
    return createObserver({ metrics, flinkRest: flink.factory, storage, clock, settings });
  }

  async function tick(
    options: { attention?: boolean; jobs?: PlatformJob[]; newest?: RestorePoint } = {},
  ): Promise<Observation & { first: Snapshot }> {
    await clock.advance(SCRAPE);
    const jobs = options.jobs ?? [platformJob()];
    const keys = jobs.map((job) => job.key);
    const observation = await observer.observe({
      jobs,
      attention: new Set<JobKey>(options.attention === true ? keys : []),
      newestKnown: new Map(
        options.newest === undefined ? [] : keys.map((key) => [key, options.newest as RestorePoint]),
      ),
      signal: new AbortController().signal,
    });
    return { ...observation, first: observation.snapshots[0]! };
  }

  const freshness = (snapshot: Snapshot): Record<string, string> =>
    Object.fromEntries(INPUTS.map((name) => [name, snapshot[name].freshness]));

  it('sees a healthy job whole', async () => {
    const { first, metricsUp, queries } = await tick();
    expect(metricsUp).toBe(true);
    expect(queries).toBe(16);
    expect(freshness(first)).toEqual({
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
    expect((await tick()).restCalls).toBe(2);
    expect((await tick()).restCalls).toBe(0);
    metrics.answers.clear();
    addJobSeries(metrics, { restarts: 1 });
    const after = await tick();
    expect(after.restCalls).toBe(3);
    expect(after.first.exceptions.freshness).toBe('fresh');
    metrics.answers.clear();
    addJobSeries(metrics, { restarts: 1, lastCompletedId: 8 });
    flink.completeCheckpoint(run, { id: 8, at: 800 });
    storage.add({ checkpointId: 8, completedAt: 803 });
    expect((await tick()).first.restorePoints).toMatchObject({ value: { newestKnownAt: 800 } });
  });

  /** Row by row: what Prometheus does wrong, and what the inputs that need it become. */
  const faults: readonly (readonly [string, () => void, string])[] = [
    ['empty answers', () => (metrics.fault = { kind: 'absent' }), 'absent'],
    ['samples that stopped', () => (metrics.fault = { kind: 'stale', byMs: 60_000 }), 'stale'],
    ['NaN', () => (metrics.fault = { kind: 'nan' }), 'nan'],
    ['zeros that look fresh', () => (metrics.fault = { kind: 'zero' }), 'implausible'],
    ['503', () => (metrics.fault = { kind: 'error', error: new SourceError('status', 'HTTP 503', 503) }), 'error'],
    [
      'no answer in time',
      () => (metrics.fault = { kind: 'error', error: new SourceError('timeout', 'late') }),
      'error',
    ],
    ['answers of another time', () => (metrics.evaluatedAt = clock.now() - 120_000), 'stale'],
  ];
  const needMetrics = ['restarts', 'checkpoints', 'vertices', 'lag', 'taskManagers'] as const;

  it.each(faults)('with %s nothing becomes zero, and Flink tells the state', async (_, spoil, expected) => {
    await tick();
    spoil();
    for (const jobState of ['RUNNING', 'FAILED'] as const) {
      run.state = jobState;
      const { first } = await tick();
      for (const name of needMetrics) expect([name, first[name].freshness]).toEqual([name, expected]);
      expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { state: jobState, flinkJobId: RUN } });
    }
  });

  it.each(faults)('with %s and no Flink REST the state is not invented', async (_, spoil, expected) => {
    await tick();
    spoil();
    flink.down = true;
    const { first, metricsUp } = await tick();
    expect(first.jobState).toMatchObject({ freshness: expected });
    expect('value' in first.jobState).toBe(false);
    for (const name of needMetrics) expect(first[name].freshness).toBe(expected);
    expect(metricsUp).toBe(!['error'].includes(expected));
  });

  it('with fewer subtasks than Flink runs it is partial, once Flink was asked again', async () => {
    await tick();
    metrics.answers.clear();
    addJobSeries(metrics, { vertices: PLAIN_VERTICES.map((vertex) => ({ ...vertex, subtasks: 1 })) });
    const { first } = await tick();
    expect(first.vertices).toMatchObject({
      freshness: 'partial',
      detail: expect.stringContaining('1 of 2 subtasks of') as string,
    });
    expect(first.lag.freshness).toBe('partial');
    for (const vertex of run.vertices) Object.assign(vertex, { parallelism: 1 });
    const second = await tick();
    expect(second.first.vertices.freshness).toBe('fresh');
    expect(second.first.topology).toMatchObject({ value: { vertices: [{ parallelism: 1 }, { parallelism: 1 }] } });
  });

  it('one failing query spoils only what needs it', async () => {
    metrics.failing.set('sourcePending', new SourceError('timeout', 'late'));
    metrics.failing.set('cluster', new SourceError('timeout', 'late'));
    const { first } = await tick();
    expect(freshness(first)).toMatchObject({
      jobState: 'fresh',
      restarts: 'fresh',
      vertices: 'error',
      lag: 'error',
      taskManagers: 'error',
    });
  });

  it('a job that is up for less than a window has no rates yet, but a lag', async () => {
    metrics.answers.clear();
    const vertices = PLAIN_VERTICES.map((vertex) => ({ ...vertex, pending: undefined as never }));
    addJobSeries(metrics, { stateTime: { name: 'runningTime', ms: 6000 }, vertices });
    metrics.set(
      'vertexBusy',
      (metrics.answers.get('vertexBusy') ?? []).map((one) => ({ ...one, value: one.value / 3 })),
    );
    metrics.set(
      'vertexIdle',
      (metrics.answers.get('vertexIdle') ?? []).map((one) => ({ ...one, value: Number.NaN })),
    );
    const { first } = await tick();
    expect(first.vertices).toMatchObject({
      freshness: 'partial',
      detail: expect.stringContaining('do not cover 20 s') as string,
    });
    expect(first.lag).toMatchObject({ freshness: 'fresh', value: { lagMs: 5, by: 'eventTime' } });
  });

  describe('when the series are gone', () => {
    beforeEach(async () => {
      await tick();
      metrics.answers.clear();
    });

    it('believes Flink that it failed, and asks why', async () => {
      run.state = 'FAILED';
      run.exceptions = [{ name: 'java.lang.Error', message: 'x', at: 5, taskManager: null }];
      const { first } = await tick();
      expect(first.jobState).toMatchObject({ value: { state: 'FAILED', flinkJobId: RUN, runningForMs: 0 }, ageMs: 0 });
      expect(first.exceptions).toMatchObject({ value: { entries: [{ name: 'java.lang.Error' }] } });
      expect(first.restoredFrom.freshness).toBe('fresh');
      expect(first.restarts.freshness).toBe('absent');
    });

    it('says Gone where Flink does not know it, whatever ended before', async () => {
      flink.runs.length = 0;
      flink.addRun({ id: '0'.repeat(32), state: 'FINISHED', startedAt: 1 });
      const { first } = await tick();
      expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { state: 'Gone', flinkJobId: RUN } });
      expect(first.restorePoints).toMatchObject({ source: 'storage', value: { points: [{ checkpointId: 7 }] } });
    });

    it('stays absent where nobody answers, and finds restore points on storage all the same', async () => {
      flink.down = true;
      const { first } = await tick();
      expect(first.jobState).toMatchObject({ freshness: 'absent', detail: 'no series; Flink REST: ECONNREFUSED' });
      expect(first.restorePoints).toMatchObject({ freshness: 'fresh', source: 'storage' });
      expect(first.topology.freshness).toBe('fresh');
      await tick();
      await tick();
      expect((await tick()).first.topology.freshness).not.toBe('fresh');
    });

    it('takes the newest run of the name', async () => {
      run.state = 'CANCELED';
      const second = flink.addRun({ id: '1'.repeat(32), startedAt: run.startedAt + 5 });
      const { first } = await tick();
      expect(first.jobState).toMatchObject({ value: { state: 'RUNNING', flinkJobId: second.id } });
      expect(first.topology).toMatchObject({ value: { flinkJobId: second.id } });
      second.state = 'FAILED';
      expect((await tick()).first.jobState).toMatchObject({ value: { state: 'FAILED', flinkJobId: second.id } });
    });
  });

  it('does not take the series of the run before for those of the one that Flink names', async () => {
    await tick();
    run.state = 'CANCELED';
    flink.addRun({ id: '1'.repeat(32), startedAt: run.startedAt + 5 });
    const { first } = await tick({ attention: true });
    expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { flinkJobId: '1'.repeat(32) } });
    expect(first.vertices.freshness).toBe('absent');
    expect(first.checkpoints.freshness).toBe('absent');
  });

  it('of two runs in the series the fresh one that runs counts, the newer of two', async () => {
    metrics.answers.clear();
    addJobSeries(metrics, { flinkJobId: '1'.repeat(32), ageMs: 40_000 });
    addJobSeries(metrics, { flinkJobId: '2'.repeat(32), stateTime: { name: 'failingTime', ms: 5 } });
    addJobSeries(metrics, { flinkJobId: '3'.repeat(32), stateTime: { name: 'runningTime', ms: 90_000 } });
    addJobSeries(metrics, { flinkJobId: '4'.repeat(32), stateTime: { name: 'runningTime', ms: 30_000 } });
    expect((await tick()).first.jobState).toMatchObject({ value: { flinkJobId: '4'.repeat(32) } });
  });

  it('asks Flink whenever the state is not RUNNING', async () => {
    metrics.answers.clear();
    addJobSeries(metrics, { stateTime: { name: 'restartingTime', ms: 5000 } });
    run.state = 'RESTARTING';
    expect((await tick()).first.jobState).toMatchObject({ source: 'flink-rest', value: { state: 'RESTARTING' } });
    flink.down = true;
    expect((await tick()).first.jobState).toMatchObject({ source: 'prometheus', value: { state: 'RESTARTING' } });
  });

  it('reads the topology again after a restart, and not for good while the job is not RUNNING', async () => {
    await tick();
    run.state = 'RESTARTING';
    metrics.answers.clear();
    addJobSeries(metrics, { restarts: 1, stateTime: { name: 'restartingTime', ms: 500 } });
    await tick();
    run.state = 'RUNNING';
    for (const vertex of run.vertices) Object.assign(vertex, { parallelism: 4 });
    metrics.answers.clear();
    addJobSeries(metrics, { restarts: 1, vertices: PLAIN_VERTICES.map((vertex) => ({ ...vertex, subtasks: 4 })) });
    const { first } = await tick();
    expect(first.topology).toMatchObject({ value: { vertices: [{ parallelism: 4 }, { parallelism: 4 }] } });
    expect(first.vertices.freshness).toBe('fresh');
  });

  it('keeps within its calls, those who wait longest first, and loses nobody', async () => {
    const jobs = Array.from({ length: 6 }, (_, i) => platformJob(`job-${i}`));
    for (const [i, job] of jobs.entries()) {
      flink.addRun({ id: `${i}`.repeat(32), name: job.jobName });
      addJobSeries(metrics, { jobName: job.jobName, flinkJobId: `${i}`.repeat(32) });
    }
    observer = make({ maxRestCallsPerTick: 4 });
    const known: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { snapshots, restCalls } = await tick({ jobs });
      expect(snapshots.map((one) => one.key)).toEqual(jobs.map((job) => job.key));
      expect(restCalls).toBeLessThanOrEqual(4);
      known.push(snapshots.filter((one) => one.topology.freshness === 'fresh').length);
    }
    expect(known).toEqual([2, 4, 6]);
  });

  it('asks a session cluster once for all its jobs, and a dead one once', async () => {
    const jobs = Array.from({ length: 5 }, (_, i) => platformJob(`job-${i}`));
    metrics.answers.clear();
    expect((await tick({ jobs })).restCalls).toBe(1);
    flink.down = true;
    expect((await tick({ jobs })).restCalls).toBe(1);
  });

  it('survives a source that breaks its promise', async () => {
    storage.list = () => {
      throw new TypeError('bug');
    };
    const { first } = await tick();
    expect(first.jobState.freshness).toBe('fresh');
    expect(first.restorePoints).toMatchObject({ freshness: 'fresh', source: 'flink-rest' });
  });

  it('ends at its deadline when storage hangs', async () => {
    storage.list = () => new Promise(() => {});
    const pending = tick({ attention: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.advance(6000);
    expect((await pending).first.restorePoints).toMatchObject({ value: { points: [{ level: 'reported' }] } });
  });
});
