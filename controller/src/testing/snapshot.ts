import { BUILT_IN_RULES } from '../core/diagnose/causes.ts';
import { fresh, unusable } from '../core/model/input.ts';
import { jobKey } from '../core/model/job-key.ts';
import type { EffectivePolicy } from '../core/model/policy.ts';
import type { Snapshot, VertexLoad } from '../core/model/snapshot.ts';
import type { Topology } from '../core/model/topology.ts';

/** Values for tests: one healthy job, to be varied field by field. */
export const REF = { platform: 'process', namespace: 'local', kind: 'Job', name: 'topup' } as const;
export const KEY = jobKey(REF);
export const NOW = 1_800_000_000_000;
export const RUN = 'a'.repeat(32);

export const TOPOLOGY: Topology = {
  flinkJobId: RUN,
  inPlaceRescale: true,
  vertices: [
    { id: 's', name: 'Source: events', parallelism: 4, maxParallelism: 720, inputs: [], slotSharingGroup: 'g' },
    { id: 'c', name: 'count', parallelism: 4, maxParallelism: 720, inputs: ['s'], slotSharingGroup: 'g' },
  ],
};

export function load(id: string, over: Partial<VertexLoad> = {}): VertexLoad {
  const source = id === 's';
  return {
    id,
    name: id,
    subtasks: 4,
    inRate: 240,
    outRate: 240,
    busy: 0.6,
    idle: 0.4,
    backPressured: 0,
    busiest: 0.62,
    pending: source ? 0 : null,
    pendingGrowth: source ? 0 : null,
    ...over,
  };
}

export function healthy(over: Partial<Snapshot> = {}): Snapshot {
  return {
    key: KEY,
    ref: REF,
    at: NOW,
    jobState: fresh({ state: 'RUNNING', flinkJobId: RUN, runningForMs: 600_000 }, 'prometheus', 1000),
    restarts: fresh({ restarts: 0, rescales: 0 }, 'prometheus'),
    checkpoints: fresh(
      { completed: 10, failed: 0, inProgress: 0, lastCompletedId: 10, lastCompletedAt: NOW - 4000, lastDurationMs: 50 },
      'prometheus',
    ),
    vertices: fresh([load('s'), load('c')], 'prometheus', 1000),
    lag: fresh({ lagMs: 500, by: 'eventTime' }, 'prometheus'),
    topology: fresh(TOPOLOGY, 'flink-rest'),
    taskManagers: fresh({ registered: 1, slotsTotal: 4, slotsFree: 0 }, 'prometheus'),
    platform: fresh(
      {
        jobManager: 'Running',
        taskManagers: { wanted: 1, running: 1, ended: [] },
        pods: { jobManagers: ['topup-jm'], taskManagers: ['topup-tm-0'] },
        slotsPerTaskManager: 4,
        busy: null,
        owner: null,
      },
      'platform',
    ),
    restorePoints: fresh(
      {
        points: [
          {
            kind: 'checkpoint',
            path: '/c/chk-10',
            checkpointId: 10,
            flinkJobId: RUN,
            completedAt: NOW - 4000,
            level: 'complete',
          },
        ],
        broken: [],
        newestKnownAt: NOW - 4000,
      },
      'storage',
    ),
    restoredFrom: fresh({ flinkJobId: RUN, startedAt: NOW - 600_000, point: null }, 'flink-rest'),
    exceptions: unusable('absent', 'flink-rest', 'not asked'),
    rules: {},
    ...over,
  };
}

export function actPolicy(over: Partial<EffectivePolicy> = {}): EffectivePolicy {
  return {
    name: 'FlinkPolicy local/test',
    mode: 'Act',
    conflict: [],
    autoscale: {
      enabled: true,
      utilization: 0.75,
      maxLagMs: 30_000,
      catchUpMs: 300_000,
      parallelism: { min: 1, max: 128 },
      taskManagers: { min: 1, max: 32 },
      vertices: [],
      scaleDown: { afterMs: 900_000, maxShare: 0.5 },
    },
    heal: {
      enabled: true,
      restore: { claimMode: 'NoClaim', allowNonRestoredState: false, allowEmpty: false, maxRewindMs: 600_000 },
      rules: BUILT_IN_RULES,
    },
    safety: {
      cooldownMs: 300_000,
      budget: { job: { actions: 4, perMs: 3_600_000 }, fleet: { concurrent: { share: 0.1 } } },
      massFailure: { share: 0.2, atLeast: 3, withinMs: 600_000 },
      windows: [],
    },
    ...over,
  };
}
