import type { DemoEvent, Frame, JobRow, LoadPoint } from '../cli/demo/frame.ts';
import { healthyJob, NOW } from './api-model.ts';

const MINUTE = 60_000;

const held: JobRow = {
  name: 'sim-activation',
  state: 'RUNNING',
  slots: 6,
  lagMs: 42_000,
  maxLagMs: 60_000,
  view: {
    ...healthyJob,
    name: 'sim-activation',
    decision: {
      kind: 'Hold',
      reason: 'OutsideWindow',
      cause: 'UnderProvisioned',
      action: 'Rescale',
      detail: 'Rescale waits for its window; activate needs 11 subtasks for 620 records/s since 45 s',
      at: NOW - 2000,
      retryAt: NOW + 20 * MINUTE,
    },
  },
};

const rescaling: JobRow = {
  name: 'topup',
  state: 'RUNNING',
  slots: 12,
  lagMs: 12_000,
  maxLagMs: 30_000,
  view: {
    ...healthyJob,
    taskManagers: { wanted: 8, registered: 3 },
    remediation: {
      name: 'topup-1',
      cause: 'UnderProvisioned',
      action: 'Rescale',
      params: { parallelism: { a: 19, b: 31, c: 8 }, taskManagers: 8 },
      phase: 'Executing',
      outcome: null,
      createdAt: NOW - 35_000,
      endedAt: null,
      steps: [],
      verification: null,
    },
  },
};

const failed: JobRow = { ...held, name: 'roaming-fraud', state: 'FAILED', lagMs: 95_000, maxLagMs: 30_000, view: null };

const load: readonly LoadPoint[] = Array.from({ length: 360 }, (_, i) => ({
  at: NOW - (359 - i) * 5000,
  demand: i < 280 ? 600 + 60 * Math.sin(i / 20) : 1800,
  capacity: i < 310 ? 1000 : 2400,
}));

const event = (minutes: number, more: Partial<DemoEvent> & Pick<DemoEvent, 'job' | 'headline'>): DemoEvent => ({
  at: NOW - minutes * MINUTE,
  tone: 'info',
  event: 'load',
  cause: null,
  action: null,
  reason: null,
  detail: '',
  ...more,
});

/** Events of a quarter of an hour. */
export const demoEvents: readonly DemoEvent[] = [
  event(14, { job: 'fleet', tone: 'fault', event: 'fault', headline: 'metrics absent' }),
  event(9, {
    job: 'sim-activation',
    tone: 'hold',
    event: 'Hold',
    cause: 'UnderProvisioned',
    action: 'Rescale',
    reason: 'OutsideWindow',
    headline: 'Hold OutsideWindow (Rescale for UnderProvisioned)',
    detail: 'Rescale waits for its window; activate needs 11 subtasks for 620 records/s since 45 s; may act in 20m',
  }),
  event(7, { job: 'topup', tone: 'fault', headline: 'three times the load, 600 to 1,800 records/s' }),
  event(6, {
    job: 'topup',
    tone: 'act',
    event: 'Act',
    cause: 'UnderProvisioned',
    action: 'Rescale',
    reason: 'UnderProvisioned',
    headline: 'Rescale to 31 for UnderProvisioned',
    detail: 'enrich needs 31 subtasks for 1,800 records/s since 30 s: to 19/31/8 subtasks on 8 TaskManagers',
  }),
  event(1, { job: 'roaming-fraud', tone: 'bad', event: 'jobState', headline: 'RUNNING to FAILED' }),
];

/** Four jobs of which one is rescaled, one failed, one held. */
export const demoFrame: Frame = {
  at: NOW,
  speed: 60,
  paused: false,
  server: 'http://127.0.0.1:43121',
  jobs: [
    rescaling,
    failed,
    held,
    { ...held, name: 'dealer-motivation', lagMs: 800, maxLagMs: 30_000, slots: 4, view: healthyJob },
  ],
  selected: 0,
  load,
  events: demoEvents,
  panel: { kind: 'load' },
};
