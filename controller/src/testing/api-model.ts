import type { ApiModel, ExplainView, JobView, PoliciesView } from '../report/api-model.ts';
import { jobKey } from '../core/model/job-key.ts';

/** Epoch ms of everything here. */
export const NOW = Date.parse('2026-06-01T12:00:00Z');

/** A job that runs well. */
export const healthyJob: JobView = {
  key: jobKey({ platform: 'process', namespace: 'local', kind: 'Job', name: 'topup' }),
  platform: 'process',
  namespace: 'local',
  kind: 'Job',
  name: 'topup',
  state: 'RUNNING',
  healthy: true,
  lagMs: 1200,
  parallelism: [
    { name: 'Source: events', parallelism: 10 },
    { name: 'count', parallelism: 12 },
    { name: 'Sink: out', parallelism: 6 },
  ],
  taskManagers: { wanted: 3, registered: 3 },
  restorePoint: {
    kind: 'checkpoint',
    path: 'file:///checkpoints/0123456789abcdef0123456789abcdef/chk-42',
    checkpointId: 42,
    completedAt: NOW - 4000,
    level: 'complete',
  },
  mode: 'Act',
  policy: 'FlinkPolicy local/topup',
  decision: {
    kind: 'Nothing',
    reason: 'WithinBand',
    cause: null,
    action: null,
    detail: 'Every vertex has room.',
    at: NOW - 2000,
    retryAt: null,
  },
  page: null,
  remediation: null,
};

/** A job that failed, whose text tries to command the terminal. */
export const failedJob: JobView = {
  ...healthyJob,
  key: jobKey({ platform: 'process', namespace: 'local', kind: 'Job', name: 'bonus' }),
  name: 'bonus',
  state: 'FAILED',
  healthy: false,
  lagMs: null,
  parallelism: [],
  taskManagers: { wanted: 3, registered: 2 },
  decision: {
    kind: 'Hold',
    reason: 'RewindTooFar',
    cause: 'RestartsExhausted',
    action: 'RestartFromCheckpoint',
    detail: 'The newest usable point is 25m behind; \u001b[31mmaxRewind\u001b[0m is 10m.',
    at: NOW - 2000,
    retryAt: NOW + 65_000,
  },
  page: { since: NOW - 90_000, cause: 'RestartsExhausted', detail: 'RewindTooFar: chk-41 is 25m behind.' },
  remediation: {
    name: 'job-bonus-3',
    cause: 'RestartsExhausted',
    action: 'RestartFromCheckpoint',
    params: { maxRewindMs: 600_000 },
    phase: 'Executing',
    outcome: null,
    createdAt: NOW - 20_000,
    endedAt: null,
    steps: [
      {
        step: 'choose-restore-point/1',
        key: 'round-1',
        state: 'Done',
        plannedAt: NOW - 20_000,
        sentAt: NOW - 19_000,
        doneAt: NOW - 19_000,
        detail: 'file:///checkpoints/0123/chk-41',
      },
      {
        step: 'start-run/1',
        key: 'fedcba98fedcba98fedcba98fedcba98',
        state: 'Sent',
        plannedAt: NOW - 20_000,
        sentAt: NOW - 18_000,
        doneAt: null,
        detail: null,
      },
    ],
    verification: null,
  },
};

/** All of the failed job. */
export const failedExplanation: ExplainView = {
  job: failedJob,
  at: NOW - 2000,
  inputs: [
    { input: 'jobState', freshness: 'fresh', ageMs: 120, source: 'flink-rest', detail: 'FAILED' },
    { input: 'lag', freshness: 'absent', ageMs: null, source: 'prometheus', detail: 'no series' },
    { input: 'checkpoints', freshness: 'stale', ageMs: 75_000, source: 'prometheus', detail: 'older than 15s' },
  ],
  rules: [{ name: 'feed-stuck', state: 'False', detail: 'not true' }],
  symptoms: [{ name: 'JobFailed', at: NOW - 95_000, evidence: 'Flink says FAILED' }],
  cause: { name: 'RestartsExhausted', needs: ['jobState', 'platform', 'restorePoints'], at: NOW - 95_000 },
  conflict: [],
  remediations: [
    {
      name: 'job-bonus-2',
      cause: 'RestartsExhausted',
      action: 'RestartFromCheckpoint',
      params: {},
      phase: 'Succeeded',
      outcome: 'running again from chk-40',
      createdAt: NOW - 7_200_000,
      endedAt: NOW - 7_180_000,
      steps: [],
      verification: 'a new checkpoint completed',
    },
  ],
};

/** Policies that are in force as their files say. */
export const accepted: PoliciesView = { acceptedAt: NOW - 3_600_000, refused: null };

/** An API model over two jobs; `bonus` can be explained. */
export function fakeApiModel(changes: Partial<ApiModel> = {}): ApiModel {
  return {
    now: () => NOW,
    policies: () => accepted,
    jobs: () => [healthyJob, failedJob],
    explain: (key) => (key === failedJob.key ? failedExplanation : undefined),
    ready: () => true,
    live: () => true,
    ...changes,
  };
}
