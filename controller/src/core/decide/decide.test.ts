import { describe, expect, it } from 'vitest';
import { jobMemory } from '../../testing/memory.ts';
import { observedJob } from '../../testing/remediation.ts';
import { KEY, NOW, RUN, TOPOLOGY, actPolicy, healthy, load } from '../../testing/snapshot.ts';
import { queryRule, ruleAnswer } from '../../testing/rule.ts';
import type { JobMemory } from '../diagnose/memory.ts';
import { fresh, unusable } from '../model/input.ts';
import type { Phase, Remediation } from '../model/remediation.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { decide } from './decide.ts';
import type { DecideRequest } from './decide.ts';

const NOTHING = jobMemory();

function request(snapshot: Snapshot, over: Partial<DecideRequest> = {}): DecideRequest {
  return {
    snapshot,
    memory: NOTHING,
    history: pressed(720),
    policy: actPolicy(),
    fleet: {
      watched: 10,
      acting: 0,
      concurrent: { share: 0.1 },
      fellSick: [],
      massFailure: { share: 0.2, atLeast: 3, withinMs: 600_000 },
    },
    capability: () => 'yes',
    timing: { downtimeMs: 10_000, rateWindowMs: 20_000 },
    ...over,
  };
}

function pressed(demand: number): DecideRequest['history'] {
  return Array.from({ length: 20 }, (_, i) => ({
    at: NOW - (19 - i) * 5000,
    vertices: ['s', 'c'].map((id) => ({ id, demand, capacity: 100, busy: 1, pending: 0 })),
  }));
}

function closed(over: {
  cause?: string;
  action?: string;
  phase?: Phase;
  endedAt?: number;
  rung?: number;
}): Remediation {
  return {
    name: 'job-topup-1',
    namespace: 'local',
    createdAt: NOW - 100_000,
    spec: {
      job: KEY,
      policy: 'p',
      controller: 'c',
      incident: { cause: (over.cause ?? 'RestartsExhausted') as 'RestartsExhausted', since: NOW - 100_000 },
      rung: over.rung ?? 0,
      action: (over.action ?? 'RestartFromCheckpoint') as 'RestartFromCheckpoint',
      params: {},
      plan: [],
      evidence: [],
      verify: [],
      notAfter: NOW,
    },
    status: {
      journalVersion: 1,
      phase: over.phase ?? 'Succeeded',
      outcome: null,
      reason: null,
      fence: 0,
      steps: [],
      startedAt: (over.endedAt ?? NOW - 50_000) - 10_000,
      endedAt: over.endedAt ?? NOW - 50_000,
      verification: null,
    },
  };
}

const failed = (over: Partial<Snapshot> = {}): Snapshot =>
  healthy({
    jobState: fresh({ state: 'FAILED', flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
    vertices: unusable('absent', 'prometheus', 'no series'),
    restarts: unusable('absent', 'prometheus', 'no series'),
    lag: unusable('absent', 'prometheus', 'no series'),
    ...over,
  });

describe('decide: healing', () => {
  it('restarts a job that Flink itself reports FAILED although its series vanished', () => {
    expect(decide(request(failed()))).toMatchObject({
      kind: 'Act',
      action: 'RestartFromCheckpoint',
      cause: 'RestartsExhausted',
    });
  });

  it('does nothing about vanished series alone', () => {
    const vanished = failed({ jobState: unusable('absent', 'prometheus', 'no series') });
    expect(decide(request(vanished))).toMatchObject({ kind: 'Hold', reason: 'InputNotFresh', cause: null });
  });

  it('restarts exactly the TaskManager that lives and is not registered, and only while it is not', () => {
    const stuck = { pod: 'topup-tm-1', startedAt: NOW - 600_000, since: NOW - 60_000 };
    const seen = (ended: readonly string[]): Snapshot => {
      const snapshot = healthy();
      if (snapshot.platform.freshness !== 'fresh') throw new Error('not fresh');
      const { value } = snapshot.platform;
      const pods = { ...value.pods, taskManagers: ['topup-tm-0', 'topup-tm-1', 'topup-tm-2'] };
      const taskManagers = { wanted: 3, running: 2, ended, unregistered: [stuck] };
      return { ...snapshot, platform: fresh({ ...value, pods, taskManagers }, 'platform') };
    };
    expect(decide(request(seen([])))).toMatchObject({
      kind: 'Act',
      reason: 'TaskManagerStuck',
      action: 'RestartTaskManager',
      params: { pods: ['topup-tm-1'], onlyUnregistered: true },
    });
    const failed = {
      ...seen([]),
      jobState: fresh({ state: 'FAILED', flinkJobId: RUN, runningForMs: 0 }, 'flink-rest'),
    };
    expect(decide(request(failed as Snapshot))).toMatchObject({ kind: 'Act', action: 'RecreateCluster' });
  });

  it('does not size a job that waits for TaskManagers', () => {
    const platform = healthy().platform;
    if (platform.freshness !== 'fresh') throw new Error('not fresh');
    const larger = { ...platform.value, taskManagers: { wanted: 2, running: 2, ended: [] } };
    expect(decide(request(healthy({ platform: fresh(larger, 'platform') })))).toMatchObject({
      kind: 'Hold',
      reason: 'Stabilizing',
      detail: '1 of 2 TaskManagers are registered',
    });
    expect(decide(request(healthy()))).toMatchObject({ kind: 'Act', action: 'Rescale' });
  });

  it('recreates the cluster when the JobManager ended, or the job failed with TaskManagers gone', () => {
    const platform = healthy().platform;
    if (platform.freshness !== 'fresh') throw new Error('fixture');
    const lost = fresh({ ...platform.value, jobManager: 'Ended' as const }, 'platform');
    expect(decide(request(healthy({ platform: lost })))).toMatchObject({ kind: 'Act', action: 'RecreateCluster' });
    const ended = fresh({ ...platform.value, taskManagers: { wanted: 1, running: 0, ended: ['tm-0'] } }, 'platform');
    expect(decide(request(failed({ platform: ended })))).toMatchObject({ kind: 'Act', action: 'RecreateCluster' });
    expect(decide(request(healthy({ platform: ended })))).toMatchObject({
      kind: 'Act',
      action: 'RestartTaskManager',
      params: { pods: ['tm-0'] },
    });
  });

  it('pages for a job that was started empty, with the newest point of the earlier run', () => {
    const restorePoints = ofEarlierRun(NOW);
    const decision = decide(request(healthy({ restorePoints })));
    expect(decision).toMatchObject({ kind: 'Propose', cause: 'StartedEmpty', page: true });
    expect(decision.detail).toContain('/old/chk-7');
  });

  it('goes on to page for it after the run restarted from a checkpoint of its own', () => {
    const detail = `run ${RUN} restored nothing; newest point of an earlier run: /old/chk-7`;
    const observed = {
      ...observedJob(),
      newestRestorePoint: null,
      page: { since: NOW - 1, cause: 'StartedEmpty', detail },
    };
    const restorePoints = ofEarlierRun(1);
    const own = { path: `/c/${RUN}/chk-3`, checkpointId: 3, restoredAt: NOW };
    const restoredFrom = fresh({ flinkJobId: RUN, startedAt: NOW - 60_000, point: own }, 'flink-rest');
    const snapshot = healthy({ restoredFrom, restorePoints });
    expect(decide(request(snapshot, { memory: { ...NOTHING, observed } }))).toMatchObject({
      cause: 'StartedEmpty',
      page: true,
    });
    expect(decide(request(snapshot)).cause).not.toBe('StartedEmpty');
  });

  it('waits for the first start of a job, and pages for one that Flink forgot', () => {
    const gone = failed({
      jobState: fresh({ state: 'Gone', flinkJobId: null, runningForMs: null }, 'flink-rest'),
      restorePoints: fresh({ points: [], broken: [], newestKnownAt: null }, 'storage'),
    });
    expect(decide(request(gone))).toMatchObject({ kind: 'Nothing' });
    const known = {
      ...gone,
      jobState: fresh({ state: 'Gone', flinkJobId: RUN, runningForMs: null } as const, 'flink-rest'),
    };
    expect(decide(request(known))).toMatchObject({ cause: 'JobVanished', page: true });
  });

  it('pages for a job that does not get to RUNNING, and for one that nobody can see', () => {
    const starting = healthy({
      jobState: fresh({ state: 'INITIALIZING', flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
    });
    const late = (ms: number): JobMemory => ({ ...NOTHING, notRunningSince: NOW - ms });
    expect(decide(request(starting, { memory: late(60_000) })).cause).toBeNull();
    expect(decide(request(starting, { memory: late(600_000) }))).toMatchObject({
      cause: 'NotRunning',
      reason: 'NeedsPerson',
      page: true,
    });
    const unseen = healthy({ jobState: unusable('error', 'flink-rest', 'timeout') });
    const memory = { ...NOTHING, unseenSince: NOW - 600_000 };
    expect(decide(request(unseen, { memory }))).toMatchObject({
      cause: 'JobUnseen',
      reason: 'NeedsPerson',
      page: true,
    });
  });

  it('leaves a job alone that somebody cancelled', () => {
    const cancelled = failed({
      jobState: fresh({ state: 'CANCELED', flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
    });
    expect(decide(request(cancelled)).kind).toBe('Nothing');
  });

  it.each(['CANCELED', 'FINISHED'] as const)('leaves a %s job alone when Flink forgets it or is ended, too', (name) => {
    const state = (of: 'CANCELED' | 'FINISHED' | 'Gone'): Partial<Snapshot> => ({
      jobState: fresh({ state: of, flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
    });
    const { kind, reason, detail } = decide(request(failed(state(name))));
    const lastDecision = { at: NOW, kind, reason, detail };
    const memory = { ...NOTHING, observed: observedJob({ lastDecision }) };
    const ended = {
      jobManager: 'Ended',
      taskManagers: { wanted: 1, running: 0, ended: ['tm-0'] },
      pods: { jobManagers: ['jm'], taskManagers: ['tm-0'] },
      slotsPerTaskManager: 4,
      busy: null,
      owner: null,
    } as const;
    const nobody = unusable('absent', 'prometheus', 'no series');
    for (const over of [state('Gone'), { jobState: nobody, platform: fresh(ended, 'platform') }]) {
      expect(decide(request(failed(over), { memory }))).toMatchObject({ kind: 'Nothing', reason, detail });
      const running = { ...lastDecision, reason: 'WithinBand', detail: '4 slots keep up with the demand' };
      const ran = { ...NOTHING, observed: observedJob({ lastDecision: running }) };
      expect(decide(request(failed(over), { memory: ran })).cause).not.toBeNull();
    }
  });

  it('pages for a job that its own failed action left stopped', () => {
    const cancelled = failed({
      jobState: fresh({ state: 'CANCELED', flinkJobId: RUN, runningForMs: null }, 'flink-rest'),
    });
    const ours = closed({ phase: 'Failed', endedAt: NOW - 120_000 });
    const sent = {
      step: 'cancel-run',
      key: RUN,
      state: 'Done',
      plannedAt: NOW,
      sentAt: NOW,
      doneAt: NOW,
      detail: null,
    } as const;
    const memory = { ...NOTHING, closed: [{ ...ours, status: { ...ours.status, steps: [sent] } }] };
    expect(decide(request(cancelled, { memory }))).toMatchObject({
      kind: 'Hold',
      reason: 'KnownIneffective',
      page: true,
    });
  });

  it('goes on the ladder after what did not help, and pages at its end', () => {
    const memory = { ...NOTHING, closed: [closed({ phase: 'Ineffective', endedAt: NOW - 120_000 })] };
    expect(decide(request(failed(), { memory }))).toMatchObject({
      kind: 'Hold',
      reason: 'KnownIneffective',
      page: true,
    });
  });

  it('does not repeat it while its page stands, and does in another incident', () => {
    const endedAt = NOW - 61 * 60_000;
    const page = (since: number) => ({ since, cause: 'RestartsExhausted', detail: '' });
    const memory = { ...NOTHING, closed: [closed({ phase: 'Ineffective', endedAt })] };
    const paged = (since: number): JobMemory => ({ ...memory, observed: observedJob({ page: page(since) }) });
    expect(decide(request(failed(), { memory: paged(endedAt + 5000) }))).toMatchObject({
      reason: 'KnownIneffective',
      page: true,
    });
    expect(decide(request(failed(), { memory: paged(NOW - 5000) }))).toMatchObject({ kind: 'Act', rung: 0 });
    expect(decide(request(failed(), { memory }))).toMatchObject({ kind: 'Act', rung: 0 });
  });

  it('starts a new ladder after a success', () => {
    const memory = { ...NOTHING, closed: [closed({ phase: 'Succeeded', endedAt: NOW - 120_000 })] };
    expect(decide(request(failed(), { memory }))).toMatchObject({ kind: 'Act', rung: 0 });
  });
});

describe('decide: gates', () => {
  const cases: [string, Partial<DecideRequest>, Partial<Snapshot>, Record<string, unknown>][] = [
    ['a tie of policies', { policy: actPolicy({ conflict: ['a', 'b'] }) }, {}, { reason: 'PolicyConflict' }],
    [
      'an action in flight',
      { memory: { ...NOTHING, open: closed({ phase: 'Executing' }) } },
      {},
      { reason: 'InFlight' },
    ],
    [
      'restore points that can not be read',
      {},
      { restorePoints: unusable('error', 'storage', 'EIO') },
      { reason: 'InputNotFresh' },
    ],
    ['another owner', {}, owned('autopilot'), { reason: 'NotOwner' }],
    ['a platform without the verb', { capability: () => ({ no: 'no HA' }) }, {}, { reason: 'Unsupported', page: true }],
    ['a freeze', { policy: frozen() }, {}, { reason: 'OutsideWindow', retryAt: NOW + 5 }],
    [
      'the back-off of the same cause',
      { memory: { ...NOTHING, closed: [closed({ endedAt: NOW - 30_000 })] } },
      {},
      { reason: 'Cooldown', retryAt: NOW + 30_000 },
    ],
    [
      'the budget of the job',
      {
        memory: {
          ...NOTHING,
          closed: [1, 2, 3, 4].map(() => closed({ cause: 'UnderProvisioned', action: 'Rescale' })),
        },
      },
      {},
      { reason: 'JobBudget', page: true },
    ],
    ['the budget of the fleet', { fleet: { ...request(healthy()).fleet, acting: 1 } }, {}, { reason: 'FleetBudget' }],
    [
      'a mass failure',
      { fleet: { ...request(healthy()).fleet, fellSick: [NOW - 5, NOW - 4, NOW - 3] } },
      {},
      { reason: 'MassFailure', page: true },
    ],
    ['no usable checkpoint', {}, points([]), { reason: 'NoUsableCheckpoint', page: true }],
    ['a rewind too far', {}, points([NOW - 700_000]), { reason: 'RewindTooFar', page: true }],
  ];

  it.each(cases)('holds for %s', (_, over, snapshot, expected) => {
    expect(decide(request(failed(snapshot), over))).toMatchObject({ kind: 'Hold', ...expected });
  });

  it.each([failed(), healthy()])('pages for an action that hangs', (snapshot) => {
    const { spec, status, ...rest } = closed({ phase: 'Executing' });
    const open = (notAfter: number): JobMemory => ({
      ...NOTHING,
      open: { ...rest, spec: { ...spec, notAfter }, status },
    });
    expect(decide(request(snapshot, { memory: open(NOW + 1) }))).toMatchObject({ reason: 'InFlight', page: false });
    expect(decide(request(snapshot, { memory: open(NOW - 1) }))).toMatchObject({ reason: 'InFlight', page: true });
  });

  it('calls nobody for what its own action brings about while it is carried out', () => {
    const gone = healthy({ jobState: fresh({ state: 'Gone', flinkJobId: RUN, runningForMs: null }, 'flink-rest') });
    const { spec, status, ...rest } = closed({ phase: 'Executing' });
    const open = { ...rest, spec: { ...spec, notAfter: NOW + 1 }, status };
    expect(decide(request(gone))).toMatchObject({ cause: 'JobVanished', page: true });
    expect(decide(request(gone, { memory: { ...NOTHING, open } }))).toMatchObject({
      cause: 'JobVanished',
      reason: 'InFlight',
      page: false,
    });
  });

  it('proposes instead of acting unless the mode is Act', () => {
    expect(decide(request(failed(), { policy: actPolicy({ mode: 'Observe' }) }))).toMatchObject({
      kind: 'Propose',
      reason: 'ObserveOnly',
      action: 'RestartFromCheckpoint',
    });
  });
});

describe('decide: a page for what a query says', () => {
  const rule = queryRule({ ladder: [{ action: 'Page', withinMs: 0 }] });
  const policy = actPolicy({ heal: { ...actPolicy().heal, rules: [rule] } });
  const rules = { 'feed-stuck': ruleAnswer() };

  it('keeps the job as it is: a rescale goes back to a checkpoint, which may be what the page is about', () => {
    const paged = { kind: 'Hold', reason: 'NeedsPerson', cause: 'feed-stuck', page: true };
    expect(decide(request(healthy({ rules }), { policy }))).toMatchObject(paged);
    const observed = observedJob({ page: { since: NOW, cause: 'feed-stuck', detail: '' } });
    expect(decide(request(healthy({ rules }), { policy, memory: { ...NOTHING, observed } }))).toMatchObject(paged);
  });
});

describe('decide: sizing', () => {
  it('rescales once for the whole job', () => {
    expect(decide(request(healthy()))).toMatchObject({
      kind: 'Act',
      action: 'Rescale',
      cause: 'UnderProvisioned',
      params: { parallelism: { s: 10, c: 10 }, taskManagers: 3 },
    });
  });

  it.each(['stale', 'absent', 'partial', 'nan', 'error', 'implausible'] as const)(
    'holds on %s vertices',
    (freshness) => {
      const decision = decide(request(healthy({ vertices: unusable(freshness, 'prometheus', 'x') })));
      expect(decision).toMatchObject({ kind: 'Hold', reason: 'InputNotFresh', action: null });
    },
  );

  it('goes on without lag, which it does not need', () => {
    const decision = decide(request(healthy({ lag: unusable('absent', 'prometheus', 'no gauge') })));
    expect(decision).toMatchObject({ kind: 'Act', action: 'Rescale' });
    expect(decision.symptoms.map((one) => one.name)).toContain('LagUnknown');
  });

  it('holds in the cooldown after a rescale', () => {
    const memory = { ...NOTHING, closed: [closed({ cause: 'UnderProvisioned', action: 'Rescale' })] };
    expect(decide(request(healthy(), { memory }))).toMatchObject({ reason: 'Cooldown', retryAt: NOW + 250_000 });
  });

  it('does nothing within the band', () => {
    expect(decide(request(healthy(), { history: pressed(300) }))).toMatchObject({
      kind: 'Nothing',
      reason: 'WithinBand',
    });
  });

  it('waits while the run is younger than the rate window', () => {
    const young = healthy({ jobState: fresh({ state: 'RUNNING', flinkJobId: RUN, runningForMs: 9000 }, 'prometheus') });
    expect(decide(request(young))).toMatchObject({ kind: 'Hold', reason: 'Stabilizing' });
  });
});

function owned(owner: string): Partial<Snapshot> {
  const platform = healthy().platform;
  if (platform.freshness !== 'fresh') throw new Error('fixture');
  return { platform: fresh({ ...platform.value, owner }, 'platform') };
}

function frozen(): DecideRequest['policy'] {
  const policy = actPolicy();
  const windows = [{ type: 'Freeze', actions: [], state: { openUntil: NOW + 5 } }] as const;
  return { ...policy, safety: { ...policy.safety, windows } };
}

/** One usable point, of a run before the one at hand. */
function ofEarlierRun(completedAt: number): Snapshot['restorePoints'] {
  const flinkJobId = 'b'.repeat(32);
  const point = {
    kind: 'checkpoint',
    path: '/old/chk-7',
    checkpointId: 7,
    flinkJobId,
    completedAt,
    level: 'complete',
  } as const;
  return fresh({ points: [point], broken: [], newestKnownAt: NOW }, 'storage');
}

function points(completedAt: readonly number[]): Partial<Snapshot> {
  const list = completedAt.map((at) => ({
    kind: 'checkpoint' as const,
    path: `/c/${at}`,
    checkpointId: 1,
    flinkJobId: RUN,
    completedAt: at,
    level: 'complete' as const,
  }));
  return { restorePoints: fresh({ points: list, broken: [], newestKnownAt: NOW }, 'storage') };
}

it('fixtures agree with each other', () => {
  expect(TOPOLOGY.vertices.map((one) => one.id)).toEqual([load('s').id, load('c').id]);
});
