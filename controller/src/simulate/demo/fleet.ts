import type { LaterLoad } from './scenario.ts';

/** A job as a scenario file would hold it, and where its load goes on to after the written part. */
interface DemoJob {
  readonly name: string;
  readonly later?: LaterLoad;
  readonly load: Readonly<Record<string, object>>;
  readonly [field: string]: unknown;
}

/** Four jobs of a telecom. They begin at the right size; a day of theirs takes three hours. */
export const JOBS: readonly DemoJob[] = [
  {
    name: 'topup',
    slotsPerTaskManager: 4,
    maxParallelism: 720,
    stateSize: '2GiB',
    vertices: [
      { name: 'Source: payments', capacity: 100, parallelism: 8, partitions: 120 },
      {
        name: 'enrich',
        inputs: ['Source: payments'],
        capacity: 75,
        selectivity: 0.9,
        parallelism: 12,
        noise: 0.02,
      },
      { name: 'balance', inputs: ['enrich'], capacity: 120, parallelism: 8, noise: 0.02 },
      { name: 'Sink: topups', inputs: ['balance'], capacity: 400, parallelism: 4 },
    ],
    load: {},
    later: {
      source: 'Source: payments',
      first: [
        [0, 550],
        [8, 1650],
        [55, 700],
        [105, 1200],
      ],
      levels: [500, 800, 1200, 1700],
      every: [40, 80],
    },
  },
  {
    name: 'roaming-fraud',
    slotsPerTaskManager: 2,
    maxParallelism: 720,
    stateSize: '6GiB',
    vertices: [
      { name: 'Source: calls', capacity: 300, parallelism: 3, partitions: 48 },
      { name: 'Source: rates', capacity: 500, parallelism: 1, partitions: 6 },
      {
        name: 'score',
        inputs: ['Source: calls', 'Source: rates'],
        capacity: 110,
        selectivity: 0.04,
        parallelism: 6,
        noise: 0.03,
      },
      { name: 'Sink: alarms', inputs: ['score'], capacity: 200, parallelism: 1 },
    ],
    load: {
      'Source: calls': { shape: 'sine', base: 420, amplitude: 220, period: '3h', noise: 0.03 },
      'Source: rates': { shape: 'steps', points: [['0s', 20]] },
    },
  },
  {
    name: 'sim-activation',
    slotsPerTaskManager: 2,
    downtime: { inPlace: '10s', redeploy: '60s', taskManagerStart: '30s' },
    stateSize: '512MiB',
    vertices: [
      { name: 'Source: orders', capacity: 60, parallelism: 2, partitions: 12 },
      { name: 'activate', inputs: ['Source: orders'], capacity: 20, parallelism: 4 },
      { name: 'Sink: activations', inputs: ['activate'], capacity: 100, parallelism: 1 },
    ],
    load: {},
    later: {
      source: 'Source: orders',
      first: [
        [0, 45],
        [4, 75],
        [80, 50],
      ],
      levels: [30, 50, 75, 95],
      every: [60, 120],
    },
  },
  {
    name: 'dealer-motivation',
    slotsPerTaskManager: 2,
    stateSize: '1GiB',
    vertices: [
      { name: 'Source: sales', capacity: 150, parallelism: 2, partitions: 24 },
      { name: 'bonus', inputs: ['Source: sales'], capacity: 70, parallelism: 4, noise: 0.02 },
      { name: 'Sink: bonuses', inputs: ['bonus'], capacity: 300, parallelism: 1 },
    ],
    load: {
      'Source: sales': { shape: 'sine', base: 150, amplitude: 40, period: '4h', noise: 0.03 },
    },
  },
];

/** Of the first two hours. */
export const FIRST_FAULTS: readonly object[] = [
  { at: '20m', job: 'roaming-fraud', kind: 'jobFailed' },
  { at: '30m', for: '4m', kind: 'metrics', fault: 'absent' },
  { at: '38m', job: 'dealer-motivation', kind: 'jobManagerLost' },
  { at: '48m', job: 'topup', kind: 'taskManagerLost' },
  { at: '66m', for: '10m', job: 'dealer-motivation', kind: 'taskManagerStuck' },
  { at: '85m', job: 'sim-activation', kind: 'jobFailed' },
  { at: '95m', for: '4m', kind: 'metrics', fault: 'stale' },
  { at: '108m', job: 'roaming-fraud', kind: 'nodeLost' },
];

/** What chance draws from later. All of them end. */
export const LATER_FAULTS: readonly { readonly kind: string; readonly [field: string]: unknown }[] = [
  { kind: 'jobFailed' },
  { kind: 'jobFailed' },
  { kind: 'jobManagerLost' },
  { kind: 'taskManagerLost' },
  { kind: 'nodeLost' },
  { kind: 'taskManagerStuck', for: '10m' },
  { kind: 'metaspaceExhausted', for: '8m' },
  { kind: 'outOfMemory', for: '12m', every: '5m' },
  { kind: 'checkpointFailing', for: '6m' },
  { kind: 'metrics', fault: 'absent', for: '3m' },
  { kind: 'metrics', fault: 'partial', for: '4m' },
  { kind: 'metrics', fault: 'zero', for: '3m' },
  { kind: 'metrics', fault: 'error', for: '2m' },
];
