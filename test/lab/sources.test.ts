import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Input, InputName } from '../../controller/src/core/model/input.ts';
import type { Snapshot } from '../../controller/src/core/model/snapshot.ts';
import { systemClock } from '../../controller/src/io/clock.ts';
import { createHttpClient } from '../../controller/src/io/http.ts';
import { createObserver, type Observer } from '../../controller/src/observe/observer.ts';
import { flinkRestFactory } from '../../controller/src/sources/flink-rest/client.ts';
import { loki } from '../../controller/src/sources/loki/client.ts';
import { prometheus } from '../../controller/src/sources/prometheus/client.ts';
import { DEFAULT_LABELS, fleetQueries } from '../../controller/src/sources/prometheus/queries.ts';
import { fileStorage } from '../../controller/src/sources/storage/file-storage.ts';
import { flinkRestSuite } from '../contract/sources/flink-rest.suite.ts';
import { logsSuite } from '../contract/sources/logs.suite.ts';
import { metricsSuite } from '../contract/sources/metrics.suite.ts';
import { storageSuite } from '../contract/sources/storage.suite.ts';
import { type Lab, startLab } from './lab.ts';
import { topupPart } from './provision/topup.ts';
import type { Fault } from './proxy/fault.ts';
import { hostileTexts } from './proxy/made-up.ts';
import { cacheFolder } from './root.ts';

const http = createHttpClient({ clock: systemClock });
const flinkRest = flinkRestFactory({ http });
const { signal } = new AbortController();
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({
    prometheus: true,
    loki: true,
    flink: { taskManagers: 2, slotsPerTaskManager: 2, parallelism: 3 },
  });
});
afterAll(async () => {
  http.close();
  await (lab as Lab | undefined)?.stop();
});

const source = (deadlineMs = 5000) => prometheus({ http, url: lab.prometheus!.proxy.url, deadlineMs });
const logs = (deadlineMs = 5000) => loki({ http, url: lab.loki!.url, deadlineMs });

describe('observer on real parts', () => {
  let observer: Observer;
  const make = (): Observer =>
    createObserver({
      metrics: source(1000),
      flinkRest,
      storage: fileStorage(),
      clock: systemClock,
      settings: { scrapeMs: 5000, tickMs: 5000 },
    });
  beforeAll(() => {
    observer = make();
  });

  async function observe(): Promise<Snapshot> {
    const jobs = await lab.flink!.platform.jobs();
    const { snapshots } = await observer.observe({ jobs, attention: new Set(), newestKnown: new Map(), signal });
    return snapshots[0]!;
  }

  it('has a series behind every query', async () => {
    const queries = fleetQueries({ labels: DEFAULT_LABELS, matchers: { namespace: 'local' }, windowMs: 20_000 });
    await vi.waitFor(
      async () => {
        const answers = await source().instant(queries, signal);
        for (const [name, answer] of Object.entries(answers)) {
          expect([name, answer.ok && answer.samples.length > 0]).toEqual([name, true]);
        }
      },
      { timeout: 60_000, interval: 1000 },
    );
  });

  it('sees the job whole', async () => {
    // The first fresh windows still hold some of the start.
    await expect.poll(async () => oddities(await observe()), { timeout: 90_000, interval: 1000 }).toEqual([]);
  });

  const faults: readonly (readonly [Fault, string])[] = [
    [{ mode: 'absent' }, 'absent'],
    [{ mode: 'nan' }, 'nan'],
    [{ mode: 'zero' }, 'implausible'],
    [{ mode: 'partial', pods: ['lab-taskmanager-1'] }, 'partial'],
    [{ mode: 'error' }, 'error'],
    [{ mode: 'slow', ms: 3000 }, 'error'],
    [{ mode: 'reset' }, 'error'],
    [{ mode: 'stale' }, 'stale'],
  ];
  it.each(faults)('with $mode nothing becomes zero, and the state is still known', async (fault, expected) => {
    const { proxy } = lab.prometheus!;
    proxy.set(fault);
    try {
      await vi.waitFor(
        async () => {
          const { vertices, lag, jobState } = await observe();
          expect([vertices.freshness, lag.freshness]).toEqual([expected, expected]);
          expect(jobState).toMatchObject({ freshness: 'fresh', value: { state: 'RUNNING' } });
        },
        // Samples need 15 s to grow old.
        { timeout: 30_000, interval: 1000 },
      );
    } finally {
      proxy.set({ mode: 'pass' });
    }
    await vi.waitFor(async () => expect((await observe()).vertices.freshness).toBe('fresh'), 30_000);
  });
});

const dispose = (): Promise<void> => Promise.resolve();
const labelled = 'label_replace(vector(1), "a", "b", "", "")';
const common = { one: 'vector(1)', none: 'vector(1) > 2', labelled, bad: 'vector(' } as const;

metricsSuite('Prometheus', () =>
  Promise.resolve({ source: source(), queries: { ...common, nan: 'vector(NaN)', inf: 'vector(Inf)' }, dispose }),
);

// LogQL has no words for NaN and infinity.
metricsSuite('Loki', () =>
  Promise.resolve({
    source: logs(),
    queries: { ...common, nan: 'vector(0) / vector(0)', inf: 'vector(1e200) * vector(1e200)' },
    dispose,
  }),
);

logsSuite('Loki', () =>
  Promise.resolve({
    source: logs(),
    queries: {
      all: '{suite="logs"}',
      none: '{suite="nobody"}',
      metric: 'count_over_time({suite="logs"}[1m])',
      bad: '{suite=}',
    },
    async write(lines) {
      for (const line of lines) await lab.loki!.push({ ...line, labels: { suite: 'logs', pod: 'tm-0' } });
    },
    dispose,
  }),
);

describe('Loki, asked what it does not answer', () => {
  const kinds = async (queries: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> => {
    const answers = await logs().instant(queries, signal);
    return Object.fromEntries(
      Object.entries(answers).map(([name, it]) => [name, it.ok ? 'ok' : `${it.error.kind}: ${it.error.message}`]),
    );
  };

  it('says why, in words of its own', async () => {
    const answers = await kinds({
      lines: '{suite="logs"}',
      range: 'count_over_time({suite="logs"})',
      text: '{suite="logs"',
    });
    const unreadable = 'HTTP 400: the query does not parse';
    expect(answers).toEqual({
      lines: 'refused: Loki query lines: HTTP 400: a log query, not a metric query',
      range: `refused: Loki query range: ${unreadable}`,
      text: `refused: Loki query text: ${unreadable}`,
    });
  });

  it('tells that there are more series than its limit', async () => {
    const streams = Array.from({ length: 501 }, (_, i) => ({ line: 'x', labels: { suite: 'many', n: `${i}` } }));
    for (const one of streams) await lab.loki!.push(one);
    const query = 'count_over_time({suite="many"}[5m])';
    const tooMany = 'tooLarge: Loki query many: HTTP 400: more series than its limit max_query_series';
    await vi.waitFor(async () => expect(await kinds({ many: query })).toEqual({ many: tooMany }), {
      timeout: 30_000,
      interval: 500,
    });
    expect(await kinds({ many: `sum(${query})` })).toEqual({ many: 'ok' });
  });

  it('calls each failure by its name, and takes 5,000 series but not one more', async () => {
    const { proxy } = lab.loki!;
    const ask = async (): Promise<string> => {
      const { one } = await logs(1000).instant({ one: 'vector(1)' }, signal);
      return one?.ok === true ? `${one.samples.length} series` : `${one?.error.kind}`;
    };
    const faults: readonly (readonly [Fault, string])[] = [
      [{ mode: 'slow', ms: 3000 }, 'timeout'],
      [{ mode: 'error' }, 'status'],
      [{ mode: 'reset' }, 'unreachable'],
      [{ mode: 'cut' }, 'unreachable'],
      [{ mode: 'many-series' }, '5000 series'],
      [{ mode: 'many-series', series: 5001 }, 'tooLarge'],
      [{ mode: 'absent' }, '0 series'],
    ];
    const seen: (readonly [Fault, string])[] = [];
    try {
      for (const [fault] of faults) {
        proxy.set(fault);
        seen.push([fault, await ask()]);
      }
    } finally {
      proxy.set({ mode: 'pass' });
    }
    expect(seen).toEqual(faults);
    expect(await ask()).toBe('1 series');
  });

  it('takes hostile text for text, and of 1 MiB its beginning', async () => {
    const { proxy } = lab.loki!;
    const whole = (length: number): string[] => hostileTexts.map((text) => text.slice(0, length)).toSorted();
    try {
      proxy.set({ mode: 'hostile' });
      const { all } = await logs().instant({ all: 'vector(1)' }, signal);
      const values = all?.ok === true ? all.samples.map((it) => it.labels.text ?? '') : [];
      expect(values.toSorted()).toEqual(whole(4096));
      const span = { query: '{suite="logs"}', from: Date.now() - 60_000, to: Date.now() + 60_000, limit: 100 };
      const answer = await logs().lines(span, signal);
      expect(answer.ok ? answer.lines.map((it) => it.line).toSorted() : answer.error).toEqual(whole(16_384));
    } finally {
      proxy.set({ mode: 'pass' });
    }
  });
});

flinkRestSuite('Flink', async () => {
  const { topup } = lab.flink!;
  return {
    rest: await lab.flink!.rest(),
    nobody: flinkRest('http://127.0.0.1:1'),
    jobName: 'topup',
    jarFile: join(cacheFolder(), (await topupPart('2.3')).folder, 'topup.jar'),
    args: ['--control', topup.url, '--out', topup.out, '--parallelism', '2'],
    settle: () => Promise.resolve(),
    dispose: () => Promise.resolve(),
  };
});

storageSuite('a real checkpoint folder', async () => {
  // A copy, so that the job, which goes on, does not clean up meanwhile; only the points of one moment are in it.
  const dir = await mkdtemp(join(tmpdir(), 'drey-storage-'));
  await vi.waitFor(
    async () => {
      await rm(dir, { recursive: true });
      await cp(lab.flink!.checkpointDir, dir, { recursive: true, preserveTimestamps: true });
      const { points } = await fileStorage().list([dir], signal);
      if (points.length < 2) throw new Error('no two checkpoints yet');
    },
    { timeout: 60_000, interval: 500 },
  );
  const { points } = await fileStorage().list([dir], signal);
  const [newer, older] = points;
  return {
    storage: fileStorage(),
    dir,
    older: older!,
    newer: newer!,
    loseNewer: () => rm(newer!.path.replace(/^file:/, ''), { recursive: true }),
    dispose: () => rm(dir, { recursive: true }),
  };
});

/** What a snapshot says of the example job that can not be so. */
function oddities(snapshot: Snapshot): readonly string[] {
  const inputs: readonly InputName[] = [
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
  ];
  const { jobState, taskManagers, restoredFrom, restorePoints } = snapshot;
  const points = restorePoints.freshness === 'fresh' ? restorePoints.value.points : [];
  const vertices = snapshot.vertices.freshness === 'fresh' ? snapshot.vertices.value : [];
  // It sleeps 10 ms an event: 100 events/s of a subtask that is always busy, fewer where the machine is.
  const count = vertices.find((vertex) => vertex.name === 'count');
  const capacity = (count?.inRate ?? 0) / 3 / (count?.busy ?? 1);
  const checks: readonly (readonly [string, boolean])[] = [
    ...inputs.map((name) => [`${name} is ${snapshot[name].freshness}`, snapshot[name].freshness === 'fresh'] as const),
    ['state', jobState.freshness === 'fresh' && jobState.value.state === 'RUNNING'],
    ['slots', isDeepStrictEqual(valueOf(taskManagers), { registered: 2, slotsTotal: 4, slotsFree: 1 })],
    ['began empty', restoredFrom.freshness === 'fresh' && restoredFrom.value.point === null],
    ['points from storage', restorePoints.source === 'storage' && points.length > 0],
    ['nothing broken', restorePoints.freshness === 'fresh' && restorePoints.value.broken.length === 0],
    ['points complete', points.every((point) => point.level === 'complete')],
    [
      'three subtasks a vertex',
      isDeepStrictEqual(
        vertices.map((one) => one.subtasks),
        [3, 3, 3],
      ),
    ],
    ...vertices.flatMap(({ name, busy, idle, backPressured, inRate }) => [
      [
        `${name}: shares of time ${busy + idle + backPressured}`,
        Math.abs(busy + idle + backPressured - 1) < 0.05,
      ] as const,
      [`${name}: rate ${inRate}`, inRate > 100] as const,
    ]),
    [`capacity ${capacity}`, capacity > 60 && capacity < 120],
  ];
  return checks.filter(([, isSo]) => !isSo).map(([said]) => said);
}

function valueOf<T>(input: Input<T>): T | null {
  return input.freshness === 'fresh' ? input.value : null;
}
