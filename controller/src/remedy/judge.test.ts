import { describe, expect, it } from 'vitest';
import type { PlatformAction } from '../core/model/action.ts';
import { fresh, unusable } from '../core/model/input.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { remediation } from '../testing/remediation.ts';
import { ruleAnswer } from '../testing/rule.ts';
import { KEY, NOW, REF, RUN, TOPOLOGY, healthy, load } from '../testing/snapshot.ts';
import { judge } from './judge.ts';
import { plannedRemediation } from './request.ts';

const NEW_RUN = 'b'.repeat(32);
const PATH = `/c/${RUN}/chk-10`;
const END = NOW - 60_000;

/** An action of this kind that ended a minute ago and promised what it always promises, by `NOW`. */
function acted(action: PlatformAction, params = {}): Remediation {
  const job = { ref: REF, key: KEY } as never;
  const plan = [
    { step: 'choose-restore-point/1', key: 'round-1' },
    { step: 'start-run/1', key: NEW_RUN },
  ];
  const decision = {
    kind: 'Act',
    action,
    params,
    reason: 'JobVanished',
    symptoms: [],
    at: END,
    rung: 0,
    withinMs: 60_000,
  } as never;
  const request = { job, decision, policyName: 'p', maxRewindMs: 0, flinkJobId: RUN };
  const planned = plannedRemediation(request, { plan, now: END, controllerId: 'drey-1' });
  const restarts = action === 'RestartFromCheckpoint';
  const steps = restarts
    ? plan.map((step) => {
        const detail = step.key === NEW_RUN ? 'RUNNING' : PATH;
        return { ...step, state: 'Done' as const, plannedAt: END, sentAt: END, doneAt: END, detail };
      })
    : [];
  const status = { ...planned.status, phase: 'Verifying' as const, startedAt: END - 5000, endedAt: END, steps };
  return { ...remediation(), spec: planned.spec, status };
}

/** The job as it should be after a restart. */
const restarted = (over: Partial<Snapshot> = {}): Snapshot =>
  healthy({
    jobState: fresh({ state: 'RUNNING', flinkJobId: NEW_RUN, runningForMs: 50_000 }, 'prometheus', 1000),
    restoredFrom: fresh(
      {
        flinkJobId: NEW_RUN,
        startedAt: END - 1000,
        point: { path: `file://${PATH}/`, checkpointId: 10, restoredAt: END },
      },
      'flink-rest',
      // Read once, when the run began.
      3_600_000,
    ),
    ...over,
  });

const seen = (
  one: Remediation,
  snapshot: Snapshot | null,
  over: { now?: number; firstLagMs?: number | null; firstCheckpointId?: number; notBefore?: number } = {},
): string =>
  judge({
    remediation: one,
    snapshot,
    now: NOW,
    maxLagMs: 30_000,
    firstLagMs: null,
    firstCheckpointId: null,
    notBefore: 0,
    ...over,
  }).phase;

const LATE = { now: NOW + 1 };
const restart = acted('RestartFromCheckpoint');

describe('RestartFromCheckpoint', () => {
  it('succeeds when the new run is there, restored from the chosen point, with a new checkpoint', () => {
    expect(seen(restart, restarted())).toBe('Succeeded');
  });

  it('waits, then is Ineffective, while the old run is the one that is seen', () => {
    const old = restarted({ jobState: fresh({ state: 'RUNNING', flinkJobId: RUN, runningForMs: 1 }, 'prometheus') });
    expect(seen(restart, old)).toBe('Verifying');
    expect(seen(restart, old, LATE)).toBe('Ineffective');
  });

  it('never takes evidence from before its end', () => {
    const old = restarted({
      jobState: fresh({ state: 'FAILED', flinkJobId: NEW_RUN, runningForMs: 0 }, 'prometheus', 60_000),
    });
    expect(seen(restart, old, LATE)).toBe('Inconclusive');
  });

  it('is Inconclusive when an input is missing to the end, and when the job is not seen', () => {
    const blind = restarted({ checkpoints: unusable('absent', 'prometheus', 'no series') });
    expect(seen(restart, blind)).toBe('Verifying');
    expect(seen(restart, blind, LATE)).toBe('Inconclusive');
    expect(seen(restart, null, LATE)).toBe('Inconclusive');
    const nameless = restarted({
      jobState: fresh({ state: 'RUNNING', flinkJobId: null, runningForMs: 1 }, 'prometheus'),
    });
    expect(seen(restart, nameless, LATE)).toBe('Inconclusive');
  });

  it('is Ineffective when the new run started empty or from another point', () => {
    const from = (point: NonNullable<unknown> | null): Snapshot =>
      restarted({ restoredFrom: fresh({ flinkJobId: NEW_RUN, startedAt: END, point } as never, 'flink-rest') });
    expect(seen(restart, from(null), LATE)).toBe('Ineffective');
    expect(seen(restart, from({ path: '/c/other/chk-9', checkpointId: 9, restoredAt: END }), LATE)).toBe('Ineffective');
  });

  it('accepts a later checkpoint of the new run itself, after a failover', () => {
    const point = { path: `/c/${NEW_RUN}/chk-12`, checkpointId: 12, restoredAt: NOW };
    const later = restarted({ restoredFrom: fresh({ flinkJobId: NEW_RUN, startedAt: END, point }, 'flink-rest') });
    expect(seen(restart, later)).toBe('Succeeded');
  });

  it('wants a checkpoint completed after its end', () => {
    const counts = { completed: 1, failed: 0, inProgress: 0, lastCompletedId: 10, lastDurationMs: 1 };
    const at = (lastCompletedAt: number | null, lastCompletedId = 10): Snapshot =>
      restarted({ checkpoints: fresh({ ...counts, lastCompletedId, lastCompletedAt }, 'prometheus') });
    expect(seen(restart, at(END - 1), LATE)).toBe('Ineffective');
    expect(seen(restart, at(END + 1), LATE)).toBe('Succeeded');
    // Flink before 2.0 tells numbers only.
    expect(seen(restart, at(null), LATE)).toBe('Ineffective');
    expect(seen(restart, at(null, 11), LATE)).toBe('Succeeded');
  });
});

describe('time to prove itself', () => {
  const down = restarted({
    jobState: fresh({ state: 'RESTARTING', flinkJobId: NEW_RUN, runningForMs: 0 }, 'prometheus'),
  });

  it('is at least a minute from the end of an action that took long', () => {
    const long = { ...restart, status: { ...restart.status, endedAt: NOW - 1000 } };
    expect(seen(long, down, { now: NOW + 58_000 })).toBe('Verifying');
    expect(seen(long, down, { now: NOW + 59_001 })).toBe('Ineffective');
  });

  it('is given anew to a Drey that restarted', () => {
    expect(seen(restart, down, { now: NOW + 60_000, notBefore: NOW + 60_000 })).toBe('Verifying');
    expect(seen(restart, null, { now: NOW + 60_001, notBefore: NOW + 60_000 })).toBe('Inconclusive');
  });
});

describe('other actions', () => {
  const rescale = acted('Rescale', { parallelism: { s: 6, c: 8 }, taskManagers: 2 });
  const vertices = [
    { ...TOPOLOGY.vertices[0]!, parallelism: 6 },
    { ...TOPOLOGY.vertices[1]!, parallelism: 8 },
  ];
  const sized = (over: Partial<Snapshot> = {}): Snapshot =>
    healthy({ topology: fresh({ ...TOPOLOGY, vertices }, 'flink-rest'), ...over });

  it('Rescale: every vertex at its size, running, lag under the objective or falling', () => {
    expect(seen(rescale, sized())).toBe('Succeeded');
    expect(seen(rescale, healthy(), LATE)).toBe('Ineffective');
    const behind = sized({ lag: fresh({ lagMs: 80_000, by: 'eventTime' }, 'prometheus') });
    expect(seen(rescale, behind, LATE)).toBe('Ineffective');
    expect(seen(rescale, behind, { ...LATE, firstLagMs: 120_000 })).toBe('Succeeded');
    const shrinking = { ...behind, vertices: fresh([load('s', { pendingGrowth: -50 }), load('c')], 'prometheus') };
    expect(seen(rescale, shrinking as Snapshot, LATE)).toBe('Succeeded');
  });

  it('Rescale: where the topology was read before, the reporting subtasks count', () => {
    const old = fresh(TOPOLOGY, 'flink-rest', 120_000);
    const series = (s: number): Snapshot =>
      healthy({
        topology: old,
        vertices: fresh([load('s', { subtasks: s }), load('c', { subtasks: 8 })], 'prometheus'),
      });
    expect(seen(rescale, series(6))).toBe('Succeeded');
    expect(seen(rescale, series(4), LATE)).toBe('Ineffective');
    expect(seen(rescale, healthy({ topology: old, vertices: unusable('absent', 'prometheus', 'x') }), LATE)).toBe(
      'Inconclusive',
    );
  });

  it('RestartTaskManager: as many registered as the platform wants', () => {
    const one = acted('RestartTaskManager', { pods: ['p'] });
    const registered = (count: number): Snapshot =>
      healthy({ taskManagers: fresh({ registered: count, slotsTotal: 4, slotsFree: 0 }, 'prometheus') });
    expect(seen(one, registered(1))).toBe('Succeeded');
    expect(seen(one, registered(0), LATE)).toBe('Ineffective');
    expect(seen(one, { ...registered(1), platform: unusable('error', 'platform', 'x') }, LATE)).toBe('Inconclusive');
  });

  it('TriggerCheckpoint: one that completed since it was sent', () => {
    const counts = { completed: 1, failed: 0, inProgress: 0, lastCompletedId: 10, lastDurationMs: 1 };
    const at = (lastCompletedAt: number): Snapshot =>
      healthy({ checkpoints: fresh({ ...counts, lastCompletedAt }, 'prometheus') });
    const one = acted('TriggerCheckpoint');
    expect(seen(one, at(END - 2000))).toBe('Succeeded');
    expect(seen(one, at(END - 6000), LATE)).toBe('Ineffective');
  });
});

it('sees that a run has completed no checkpoint', () => {
  const counts = { completed: 0, failed: 9, inProgress: 0, lastCompletedId: null, lastCompletedAt: null };
  const none = restarted({ checkpoints: fresh({ ...counts, lastDurationMs: null }, 'prometheus', 1000) });
  expect(seen(restart, none)).toBe('Verifying');
  expect(seen(restart, none, LATE)).toBe('Ineffective');
});

describe('a new checkpoint, where Flink does not say when it completed', () => {
  const numbered = (lastCompletedId: number): Snapshot => {
    const { checkpoints } = healthy();
    if (checkpoints.freshness !== 'fresh') throw new Error('fixture');
    const counts = { ...checkpoints.value, lastCompletedId, lastCompletedAt: null };
    return healthy({
      checkpoints: fresh(counts, 'prometheus'),
      taskManagers: fresh({ registered: 1, slotsTotal: 4, slotsFree: 0 }, 'prometheus'),
    });
  };
  const tm = acted('RestartTaskManager', { pods: ['topup-tm-0'] });

  it('has a higher number than the newest at the first look after the action', () => {
    expect(seen(tm, numbered(11))).toBe('Verifying');
    expect(seen(tm, numbered(11), { firstCheckpointId: 11 })).toBe('Verifying');
    expect(seen(tm, numbered(12), { firstCheckpointId: 11 })).toBe('Succeeded');
  });
});

describe('a run that failed for good', () => {
  it('ends the wait for its proof: a rescale must not hold up the healing', () => {
    const failed = (at: number): Snapshot =>
      healthy({ jobState: fresh({ state: 'FAILED', flinkJobId: RUN, runningForMs: null }, 'flink-rest', at) });
    const rescale = acted('Rescale', { parallelism: { s: 4, c: 4 } });
    expect(seen(rescale, failed(1000))).toBe('Ineffective');
    expect(seen(rescale, failed(NOW - END + 1000))).toBe('Verifying');
  });

  it('is none while the state may change', () => {
    const failing = fresh({ state: 'FAILING', flinkJobId: RUN, runningForMs: null } as const, 'flink-rest');
    expect(seen(acted('Rescale', { parallelism: { s: 4, c: 4 } }), healthy({ jobState: failing }))).toBe('Verifying');
  });
});

describe('an action that a rule raised', () => {
  const raised = (windowMs: number): Remediation => {
    const { spec, ...rest } = restart;
    const incident = { ...spec.incident, rule: 'feed-stuck' };
    const verify = [...spec.verify, { input: 'rules', expect: 'RuleQuiet', by: NOW + windowMs } as const];
    return { ...rest, spec: { ...spec, incident, verify } };
  };
  const said = (over: Parameters<typeof ruleAnswer>[0]): Snapshot =>
    restarted({ rules: { 'feed-stuck': ruleAnswer(over) } });

  it('has its time, and has not helped when younger evidence says the same all the time', () => {
    const same = said({ evidenceFrom: END + 1 });
    expect(seen(raised(60_000), same)).toBe('Verifying');
    expect(seen(raised(60_000), same, { now: NOW + 120_001 })).toBe('Ineffective');
  });

  it('has the time of the window from its end on, however long it took', () => {
    const slow = { ...raised(60_000), createdAt: END - 200_000 };
    const late = { now: NOW + 259_000 };
    expect(seen(slow, said({ evidenceFrom: END }), late)).toBe('Verifying');
    expect(seen(slow, said({ evidenceFrom: END }), { now: NOW + 260_001 })).toBe('Inconclusive');
  });

  it('waits while the answer looks back behind the end of the action', () => {
    expect(seen(raised(60_000), said({ evidenceFrom: END }))).toBe('Verifying');
    expect(seen(raised(60_000), said({ evidenceFrom: END, isTrue: false }))).toBe('Verifying');
  });

  it('has helped when younger evidence says nothing any more', () => {
    expect(seen(raised(60_000), said({ evidenceFrom: END + 1, isTrue: false }))).toBe('Succeeded');
  });

  it('waits for the time of what speaks against it, though another promise has no evidence', () => {
    const blind = { ...said({ evidenceFrom: END + 1 }), checkpoints: unusable('absent', 'prometheus', 'none') };
    expect(seen(raised(60_000), blind, LATE)).toBe('Verifying');
    expect(seen(raised(60_000), blind, { now: NOW + 120_001 })).toBe('Ineffective');
  });

  it('is Inconclusive without an answer', () => {
    const silent = restarted({ rules: { 'feed-stuck': unusable('error', 'loki', 'down') } });
    expect(seen(raised(0), silent)).toBe('Verifying');
    expect(seen(raised(0), silent, LATE)).toBe('Inconclusive');
  });
});
