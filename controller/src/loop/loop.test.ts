import { describe, expect, it } from 'vitest';
import { fresh, unusable } from '../core/model/input.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Mode } from '../core/model/policy.ts';
import type { JobState, Snapshot } from '../core/model/snapshot.ts';
import { silentLog } from '../io/log.ts';
import { FakePlatform } from '../platforms/fake.ts';
import { Remedy } from '../remedy/remedy.ts';
import type { DecisionLog } from '../report/decision-log.ts';
import { createMetrics } from '../report/metrics.ts';
import { createTickHealth } from '../report/tick-health.ts';
import { flinkPolicy } from '../resources/policy/policy.ts';
import { loadPolicy } from '../resources/policy/loaded.ts';
import { memoryStore } from '../store/memory.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { KEY, RUN, healthy } from '../testing/snapshot.ts';
import { Loop } from './loop.ts';
import { fixedPolicies } from './policy-source.ts';
import { apiModel } from './views.ts';

const POINT = {
  kind: 'checkpoint',
  path: '/c/chk-10',
  checkpointId: 10,
  flinkJobId: RUN,
  level: 'complete',
} as const;

async function world(mode: 'Observe' | 'Act', names: readonly string[] = ['topup']) {
  const clock = new FakeClock();
  const points = () => {
    const completedAt = clock.now() - 4000;
    return { points: [{ ...POINT, completedAt }], broken: [], newestKnownAt: completedAt };
  };
  const platform = new FakePlatform(...names.map((name) => ({ name })));
  const store = memoryStore(clock);
  const recorded: string[] = [];
  const decisions: DecisionLog = {
    record: (key, { kind, reason }) =>
      void recorded.push(key === KEY ? `${kind} ${reason}` : `${key.split('/').at(-1) ?? ''} ${kind} ${reason}`),
    tick: () => undefined,
    flush: () => Promise.resolve(),
  };
  let ids = 0;
  const remedy = new Remedy({
    store,
    platforms: [platform],
    restorePoints: () => Promise.resolve(points()),
    clock,
    log: silentLog,
    ids: () => String(++ids).padStart(32, '0'),
    controllerId: 'drey',
  });
  await remedy.resume();
  const metrics = createMetrics('test');
  const health = createTickHealth(clock, 5000);
  const see = { over: {} as Partial<Snapshot>, platformDown: false, attention: new Set() as ReadonlySet<JobKey> };
  const edit = { next: [policyIn(mode)] };
  const policies = { ...fixedPolicies(edit.next, clock.now()), refresh: () => takeOver() };
  const takeOver = () => Promise.resolve(void Object.assign(policies, { current: edit.next }));
  const loop = new Loop({
    platforms: [
      Object.assign(Object.create(platform) as FakePlatform, {
        jobs: () => (see.platformDown ? Promise.reject(new Error('down')) : platform.jobs()),
      }),
    ],
    observer: {
      observe: ({ jobs, attention }) => {
        see.attention = attention;
        return Promise.resolve({
          at: clock.now(),
          metricsUp: true,
          queries: 16,
          restCalls: 0,
          ignoredSeries: new Map(),
          snapshots: jobs.map(({ key }) =>
            healthy({ key, at: clock.now(), restorePoints: fresh(points(), 'storage'), ...see.over }),
          ),
        });
      },
    },
    logEvidence: { added: ({ decision }) => Promise.resolve(decision), keep: () => undefined },
    remedy,
    policies,
    limits: { concurrent: { share: 0.1 }, massFailure: { share: 0.2, atLeast: 3, withinMs: 600_000 } },
    clock,
    log: silentLog,
    metrics,
    decisions,
    health,
    settings: { tickMs: 5000, rateWindowMs: 20_000, downtimeMs: 10_000 },
  });
  const model = apiModel({ states: () => loop.states, policies, remedy, clock, health });
  const tick = () => loop.tick(new AbortController().signal);
  const setMode = (to: Mode) => void (edit.next = [policyIn(to)]);
  return { clock, store, platform, remedy, loop, see, recorded, metrics, model, tick, setMode };
}

const policyIn = (mode: Mode) =>
  loadPolicy(
    flinkPolicy.parse({
      apiVersion: 'drey.dev/v1alpha1',
      kind: 'FlinkPolicy',
      metadata: { name: 'p', namespace: 'local' },
      spec: { mode },
    }),
  );

const state = (name: JobState): Partial<Snapshot> => ({
  jobState: fresh({ state: name, flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
  vertices: unusable('absent', 'prometheus', 'no series'),
});

describe('loop', () => {
  it('decides on every job each tick and shows it', async () => {
    const { model, recorded, tick } = await world('Act');
    expect(model.ready()).toBe(false);
    await tick();
    expect(model.ready()).toBe(true);
    expect(recorded).toEqual(['Nothing WithinBand']);
    const view = model.explain(KEY);
    expect(view?.job).toMatchObject({ key: KEY, state: 'RUNNING', healthy: true, mode: 'Act', page: null });
    expect(view?.inputs.find((one) => one.input === 'jobState')?.detail).toBe('RUNNING for 600 s');
  });

  it('begins an action in mode Act, once, and only proposes it in mode Observe', async () => {
    const observing = await world('Observe');
    observing.see.over = state('FAILED');
    await observing.tick();
    expect(observing.recorded).toEqual(['Propose ObserveOnly']);
    expect(observing.remedy.open()).toEqual([]);

    const acting = await world('Act');
    acting.see.over = state('FAILED');
    await acting.tick();
    await acting.tick();
    expect(acting.recorded).toEqual(['Act RestartsExhausted', 'Hold InFlight']);
    expect(acting.remedy.open().map((one) => one.spec.action)).toEqual(['RestartFromCheckpoint']);
    expect(acting.model.explain(KEY)?.job.remediation?.action).toBe('RestartFromCheckpoint');
  });

  it('goes by the policy as it stands when the tick begins, and ends what is under way', async () => {
    const { platform, clock, remedy, see, recorded, tick, setMode, model } = await world('Observe');
    const { runs, points } = platform.job(KEY);
    for (const run of runs) run.state = 'FAILED';
    points.set(POINT.path, true);
    see.over = state('FAILED');
    await tick();
    setMode('Act');
    const start = remedy.start.bind(remedy);
    remedy.start = (request) => {
      setMode('Observe');
      return start(request);
    };
    await tick();
    await tick();
    expect(recorded).toEqual(['Propose ObserveOnly', 'Act RestartsExhausted', 'Hold InFlight']);
    expect(model.jobs().map((it) => it.mode)).toEqual(['Observe']);
    for (let i = 0; i < 20; i++) await clock.advance(500);
    expect(remedy.open().map((one) => one.status.phase)).toEqual(['Verifying']);
  });

  it('does not begin an action again that closes while the tick decides', async () => {
    const { clock, platform, remedy, see, recorded, tick } = await world('Act');
    const { runs, points } = platform.job(KEY);
    for (const run of runs) run.state = 'FAILED';
    points.set(POINT.path, true);
    see.over = state('FAILED');
    await tick();
    for (let i = 0; i < 20; i++) await clock.advance(500);
    expect(remedy.open().map((one) => one.status.phase)).toEqual(['Verifying']);
    await clock.advance(400_000);
    // It comes to its end between the look at the history and the decision.
    const read = remedy.histories.bind(remedy);
    remedy.histories = async () => {
      const found = await read();
      await remedy.idle();
      return found;
    };
    await tick();
    expect(remedy.open()).toEqual([]);
    await tick();
    expect(recorded).toEqual(['Act RestartsExhausted', 'Hold InFlight', 'Hold KnownIneffective']);
  });

  it('has Flink asked about a job whose JobManager is not found', async () => {
    const { platform, see, tick } = await world('Observe');
    await tick();
    expect([...see.attention]).toEqual([]);
    platform.job(KEY).jobManager.alive = false;
    await tick();
    expect([...see.attention]).toEqual([KEY]);
  });

  it('raises a page, keeps it while nothing better is known, and ends it when the job is well', async () => {
    const { see, tick, model, metrics } = await world('Act');
    see.over = { ...state('FAILED'), restorePoints: fresh({ points: [], broken: [], newestKnownAt: null }, 'storage') };
    await tick();
    expect(model.explain(KEY)?.job.page?.cause).toBe('RestartsExhausted');
    expect((await metrics.text()).body).toMatch(/drey_page_active\{.*cause="RestartsExhausted"\} 1/);
    see.over = { jobState: unusable('error', 'flink-rest', 'timeout') };
    await tick();
    expect(model.explain(KEY)?.job.page?.cause).toBe('RestartsExhausted');
    see.over = {};
    await tick();
    expect(model.explain(KEY)?.job.page).toBeNull();
    expect((await metrics.text()).body).not.toMatch(/drey_page_active\{/);
  });

  it('holds all of many jobs that fall sick in one tick', async () => {
    const { see, recorded, tick } = await world('Act', ['a', 'b', 'c']);
    await tick();
    recorded.length = 0;
    see.over = state('FAILED');
    await tick();
    await tick();
    const held = ['a Hold MassFailure', 'b Hold MassFailure', 'c Hold MassFailure'];
    expect(recorded).toEqual([...held, ...held]);
  });

  it('begins nothing on a look that grew old while other jobs were decided on', async () => {
    const { clock, see, remedy, recorded, tick } = await world('Act', ['a', 'b']);
    const start = remedy.start.bind(remedy);
    remedy.start = async (request) => {
      if (!request.job.key.endsWith('/a')) return start(request);
      await clock.advance(61_000);
      return { ok: false, reason: 'InputNotFresh', detail: 'storage hangs', page: false };
    };
    see.over = state('FAILED');
    await tick();
    expect(recorded).toEqual(['a Hold InputNotFresh', 'b Hold InputNotFresh']);
    expect(remedy.open()).toEqual([]);
  });

  it('decides on the others where one job can not be written down', async () => {
    const { see, store, recorded, tick, model } = await world('Act', ['a', 'b']);
    const put = store.putObservedJob.bind(store);
    store.putObservedJob = (job, version) =>
      job.name === 'job-a' ? Promise.reject(new Error('ENOSPC')) : put(job, version);
    see.over = state('FAILED');
    await expect(tick()).rejects.toThrow('1 of 2 jobs');
    expect(recorded).toEqual(['b Act RestartsExhausted']);
    expect(model.ready()).toBe(true);
  });

  it('decides nothing on a platform that does not answer, and goes on when it does', async () => {
    const { see, tick, recorded, model } = await world('Act');
    see.platformDown = true;
    see.over = state('FAILED');
    await tick();
    expect(recorded).toEqual([]);
    see.platformDown = false;
    await tick();
    expect(recorded).toEqual(['Act RestartsExhausted']);
    expect(model.jobs()).toHaveLength(1);
  });
});
