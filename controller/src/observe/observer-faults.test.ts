import { beforeEach, describe, expect, it } from 'vitest';
import { SourceError } from '../sources/contract.ts';
import { PLAIN_VERTICES } from '../sources/fakes/job-series.ts';
import { freshnessOf, ObserverWorld, platformJob, RUN } from '../testing/observer-world.ts';

describe('observer, when sources fail', () => {
  let world: ObserverWorld;
  beforeEach(() => {
    world = new ObserverWorld();
  });

  /** Row by row: what Prometheus does wrong, and what the inputs that need it become. */
  const faults: readonly (readonly [string, () => void, string])[] = [
    ['empty answers', () => (world.metrics.fault = { kind: 'absent' }), 'absent'],
    ['samples that stopped', () => (world.metrics.fault = { kind: 'stale', byMs: 60_000 }), 'stale'],
    ['NaN', () => (world.metrics.fault = { kind: 'nan' }), 'nan'],
    ['zeros that look fresh', () => (world.metrics.fault = { kind: 'zero' }), 'implausible'],
    [
      '503',
      () => (world.metrics.fault = { kind: 'error', error: new SourceError('status', 'HTTP 503', 503) }),
      'error',
    ],
    [
      'no answer in time',
      () => (world.metrics.fault = { kind: 'error', error: new SourceError('timeout', 'late') }),
      'error',
    ],
    ['answers of another time', () => (world.metrics.evaluatedAt = world.clock.now() - 120_000), 'stale'],
  ];
  const needMetrics = ['restarts', 'checkpoints', 'vertices', 'lag', 'taskManagers'] as const;

  it.each(faults)('with %s nothing becomes zero, and Flink tells the state', async (_, spoil, expected) => {
    await world.tick();
    spoil();
    for (const jobState of ['RUNNING', 'FAILED'] as const) {
      world.run.state = jobState;
      const { first } = await world.tick();
      for (const name of needMetrics) expect([name, first[name].freshness]).toEqual([name, expected]);
      expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { state: jobState, flinkJobId: RUN } });
    }
  });

  it.each(faults)('with %s and no Flink REST the state is not invented', async (_, spoil, expected) => {
    await world.tick();
    spoil();
    world.flink.down = true;
    const { first, metricsUp } = await world.tick();
    expect(first.jobState).toMatchObject({ freshness: expected });
    expect('value' in first.jobState).toBe(false);
    for (const name of needMetrics) expect(first[name].freshness).toBe(expected);
    expect(metricsUp).toBe(!['error'].includes(expected));
  });

  it('with fewer subtasks than Flink runs it is partial, once Flink was asked again', async () => {
    await world.tick();
    world.series({ vertices: PLAIN_VERTICES.map((vertex) => ({ ...vertex, subtasks: 1 })) });
    const { first } = await world.tick();
    expect(first.vertices).toMatchObject({
      freshness: 'partial',
      detail: expect.stringContaining('1 of 2 subtasks of') as string,
    });
    expect(first.lag.freshness).toBe('partial');
    for (const vertex of world.run.vertices) Object.assign(vertex, { parallelism: 1 });
    const second = await world.tick();
    expect(second.first.vertices.freshness).toBe('fresh');
    expect(second.first.topology).toMatchObject({ value: { vertices: [{ parallelism: 1 }, { parallelism: 1 }] } });
  });

  it('one failing query spoils only what needs it', async () => {
    world.metrics.failing.set('sourcePending', new SourceError('timeout', 'late'));
    world.metrics.failing.set('cluster', new SourceError('timeout', 'late'));
    const { first } = await world.tick();
    expect(freshnessOf(first)).toMatchObject({
      jobState: 'fresh',
      restarts: 'fresh',
      vertices: 'error',
      lag: 'error',
      taskManagers: 'error',
    });
  });

  it('a job that is up for less than a window has no rates yet, but a lag', async () => {
    const vertices = PLAIN_VERTICES.map((vertex) => ({ ...vertex, pending: undefined as never }));
    world.series({ stateTime: { name: 'runningTime', ms: 6000 }, vertices });
    world.metrics.set(
      'vertexBusy',
      (world.metrics.answers.get('vertexBusy') ?? []).map((one) => ({ ...one, value: one.value / 3 })),
    );
    world.metrics.set(
      'vertexIdle',
      (world.metrics.answers.get('vertexIdle') ?? []).map((one) => ({ ...one, value: Number.NaN })),
    );
    const { first } = await world.tick();
    expect(first.vertices).toMatchObject({
      freshness: 'partial',
      detail: expect.stringContaining('do not cover 20 s') as string,
    });
    expect(first.lag).toMatchObject({ freshness: 'fresh', value: { lagMs: 5, by: 'eventTime' } });
  });

  it('does not take a JobManager for ended that answers for its job', async () => {
    const known = platformJob();
    const jobs = [{ ...known, status: { ...known.status, jobManager: 'Ended' as const } }];
    expect((await world.tick({ jobs, attention: true })).first.platform).toMatchObject({
      freshness: 'implausible',
      detail: expect.stringContaining('Flink answers at http://jm') as string,
    });
    world.flink.runs.length = 0;
    expect((await world.tick({ jobs, attention: true })).first.platform.freshness).toBe('fresh');
    world.flink.down = true;
    expect((await world.tick({ jobs, attention: true })).first.platform.freshness).toBe('fresh');
  });

  describe('when the series are gone', () => {
    beforeEach(async () => {
      await world.tick();
      world.metrics.answers.clear();
    });

    it('believes Flink that it failed, and asks why', async () => {
      world.run.state = 'FAILED';
      world.run.exceptions = [{ name: 'java.lang.Error', message: 'x', at: 5, taskManager: null }];
      const { first } = await world.tick();
      expect(first.jobState).toMatchObject({ value: { state: 'FAILED', flinkJobId: RUN, runningForMs: 0 }, ageMs: 0 });
      expect(first.exceptions).toMatchObject({ value: { entries: [{ name: 'java.lang.Error' }] } });
      expect(first.restoredFrom.freshness).toBe('fresh');
      expect(first.restarts.freshness).toBe('absent');
    });

    it('says Gone where Flink does not know it, whatever ended before', async () => {
      world.flink.runs.length = 0;
      world.flink.addRun({ id: '0'.repeat(32), state: 'FINISHED', startedAt: 1 });
      const { first } = await world.tick();
      expect(first.jobState).toMatchObject({ source: 'flink-rest', value: { state: 'Gone', flinkJobId: RUN } });
      expect(first.restorePoints).toMatchObject({ source: 'storage', value: { points: [{ checkpointId: 7 }] } });
    });

    it('stays absent where nobody answers, and finds restore points on storage all the same', async () => {
      world.flink.down = true;
      const { first } = await world.tick();
      expect(first.jobState).toMatchObject({ freshness: 'absent', detail: 'no series; Flink REST: ECONNREFUSED' });
      expect(first.restorePoints).toMatchObject({ freshness: 'fresh', source: 'storage' });
      expect(first.topology.freshness).toBe('fresh');
      await world.tick();
      await world.tick();
      expect((await world.tick()).first.topology.freshness).not.toBe('fresh');
    });

    it('takes the newest run of the name', async () => {
      world.run.state = 'CANCELED';
      const second = world.flink.addRun({ id: '1'.repeat(32), startedAt: world.run.startedAt + 5 });
      const { first } = await world.tick();
      expect(first.jobState).toMatchObject({ value: { state: 'RUNNING', flinkJobId: second.id } });
      expect(first.topology).toMatchObject({ value: { flinkJobId: second.id } });
      second.state = 'FAILED';
      expect((await world.tick()).first.jobState).toMatchObject({ value: { state: 'FAILED', flinkJobId: second.id } });
    });
  });
});
