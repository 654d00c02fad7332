import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOW, TOPOLOGY, actPolicy, load } from '../../testing/snapshot.ts';
import type { VertexLoad } from '../model/snapshot.ts';
import type { Topology } from '../model/topology.ts';
import { vertexDemands } from './demand.ts';
import type { LoadHistory, LoadSample } from './history.ts';
import { scale } from './scale.ts';
import type { ScaleRequest } from './scale.ts';
import { slotsOf } from './size.ts';

const CAPACITY = 100;
const policy = actPolicy().autoscale;

/** A row of samples, 5 s apart, the newest at NOW. */
function row(demands: readonly number[], pending = 0): LoadHistory {
  return demands.map((demand, i): LoadSample => {
    const at = NOW - (demands.length - 1 - i) * 5000;
    const vertex = (id: string) => ({
      id,
      demand,
      capacity: CAPACITY,
      busy: Math.min(1, demand / 400),
      pending: id === 's' ? pending : null,
    });
    return { at, vertices: [vertex('s'), vertex('c')] };
  });
}

function request(history: LoadHistory, over: Partial<ScaleRequest> = {}): ScaleRequest {
  return {
    now: NOW,
    topology: TOPOLOGY,
    history,
    capacities: [],
    policy,
    lagMs: 500,
    slotsPerTaskManager: 4,
    taskManagers: 1,
    downtimeMs: 10_000,
    rateWindowMs: 20_000,
    ...over,
  };
}

const repeat = (count: number, value: number): number[] => Array.from({ length: count }, () => value);

describe('scale', () => {
  it('stays while the demand is within the band', () => {
    expect(scale(request(row(repeat(20, 330)))).kind).toBe('WithinBand');
  });

  it('waits until the change has lasted, and says when it may act', () => {
    const verdict = scale(request(row([...repeat(20, 240), ...repeat(3, 720)])));
    expect(verdict).toMatchObject({ kind: 'Waiting', retryAt: NOW - 10_000 + 30_000 });
  });

  it('sizes all vertices in one step from the demand after the change', () => {
    const verdict = scale(request(row([...repeat(20, 240), ...repeat(8, 720)])));
    // 720 / (100 × 0.75) = 9.6
    expect(verdict).toMatchObject({ kind: 'Up', parallelism: { s: 10, c: 10 }, taskManagers: 3, limits: [] });
  });

  it('adds at most a fifth to work off a backlog, and says when that is not enough', () => {
    const verdict = scale(request(row([...repeat(20, 240), ...repeat(8, 720)], 300_000), { lagMs: 400_000 }));
    expect(verdict).toMatchObject({ kind: 'Up', parallelism: { s: 12, c: 12 } });
    expect(verdict).toHaveProperty('limits', ['Source: events: catchUp not met', 'count: catchUp not met']);
  });

  it('obeys bounds and slots and names the limit', () => {
    const bounded = { ...policy, taskManagers: { min: 1, max: 2 } };
    const verdict = scale(request(row(repeat(20, 2000)), { policy: bounded }));
    expect(verdict).toMatchObject({ kind: 'Up', parallelism: { s: 8, c: 8 }, taskManagers: 2 });
    expect(verdict).toHaveProperty('limits', ['taskManagers.max 2']);
  });

  it('keeps a vertex whose capacity nobody has seen', () => {
    const history = row(repeat(20, 720)).map((sample) => ({
      ...sample,
      vertices: sample.vertices.map((one) => (one.id === 's' ? { ...one, capacity: null } : one)),
    }));
    expect(scale(request(history))).toMatchObject({ kind: 'Up', parallelism: { s: 4, c: 10 } });
  });

  it('uses what it remembers of an idle vertex', () => {
    const capacities = [{ vertex: 'c', perSubtask: 200, measuredAtBusy: 0.9, at: NOW - 1000 }];
    const history = row(repeat(20, 720)).map((sample) => ({
      ...sample,
      vertices: sample.vertices.map((one) => ({ ...one, busy: 0.05 })),
    }));
    // s: seen 100 → 9.6 → 10; c: remembered 200 → 4.8 → 5
    expect(scale(request(history, { capacities }))).toMatchObject({ kind: 'Up', parallelism: { s: 10, c: 5 } });
  });

  it('shrinks only when the smaller size would have held through the look-back', () => {
    const big: Topology = { ...TOPOLOGY, vertices: TOPOLOGY.vertices.map((one) => ({ ...one, parallelism: 12 })) };
    const calm = request(row(repeat(190, 240)), { topology: big, taskManagers: 3 });
    expect(scale(calm)).toMatchObject({ kind: 'Down', parallelism: { s: 6, c: 6 }, taskManagers: 2 });
    const peaked = request(row([...repeat(10, 240), 800, ...repeat(179, 240)]), { topology: big, taskManagers: 3 });
    expect(scale(peaked).kind).toBe('WithinBand');
    const young = request(row(repeat(100, 240)), { topology: big, taskManagers: 3 });
    expect(scale(young).kind).toBe('WithinBand');
    const gap = request(
      row(repeat(190, 240)).filter((_, i) => i < 50 || i > 80),
      { topology: big, taskManagers: 3 },
    );
    expect(scale(gap).kind).toBe('WithinBand');
  });

  it('shrinks in one step after a steep fall, not to a size between the two', () => {
    const big: Topology = { ...TOPOLOGY, vertices: TOPOLOGY.vertices.map((one) => ({ ...one, parallelism: 12 })) };
    const over = {
      topology: big,
      taskManagers: 3,
      policy: { ...policy, scaleDown: { afterMs: 900_000, maxShare: 1 } },
    };
    // Rates look 20 s back: four samples hold some of the peak.
    const fallen = (calm: number): LoadHistory => row([...repeat(20, 800), 640, 480, 360, 300, ...repeat(calm, 240)]);
    // The oldest sample of the look-back would need 9 of 12 slots, then 7.
    expect(scale(request(fallen(177), over)).kind).toBe('WithinBand');
    expect(scale(request(fallen(178), over))).toMatchObject({
      kind: 'Down',
      parallelism: { s: 4, c: 4 },
      taskManagers: 1,
    });
  });

  it('looks at the newest sample alone where it has not to wait', () => {
    const big: Topology = { ...TOPOLOGY, vertices: TOPOLOGY.vertices.map((one) => ({ ...one, parallelism: 12 })) };
    const over = { topology: big, taskManagers: 3, policy: { ...policy, scaleDown: { afterMs: 0, maxShare: 1 } } };
    const history = row([...repeat(20, 800), 300]).map((sample) => ({ ...sample, at: sample.at - 1000 }));
    expect(scale(request(history, over))).toMatchObject({ kind: 'Down', parallelism: { s: 4, c: 4 } });
  });

  it('never breaks bounds, never shrinks on the way up, and more demand never gives less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 4, max: 64 }),
        fc.integer({ min: 1, max: 16 }),
        (demand, more, max, taskManagers) => {
          const bounded = { ...policy, parallelism: { min: 1, max }, taskManagers: { min: 1, max: taskManagers } };
          const sizeAt = (rate: number): number => {
            const verdict = scale(request(row(repeat(20, rate)), { policy: bounded }));
            if (verdict.kind !== 'Up') return 4;
            const sizes = Object.values(verdict.parallelism);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.min(max, Math.max(4, taskManagers * 4)));
            expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4);
            expect(slotsOf(TOPOLOGY, new Map(Object.entries(verdict.parallelism)))).toBeLessThanOrEqual(
              verdict.taskManagers * 4,
            );
            return Math.max(...sizes);
          };
          expect(sizeAt(demand + more)).toBeGreaterThanOrEqual(sizeAt(demand));
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('vertexDemands', () => {
  it('reads arrivals from what was read and how fast the unread grows', () => {
    const loads = [load('s', { inRate: 400, outRate: 400, pendingGrowth: 320 }), load('c', { inRate: 400 })];
    expect(vertexDemands(loads, TOPOLOGY)).toEqual(
      new Map([
        ['s', 720],
        ['c', 720],
      ]),
    );
  });

  it('corrects fan-out by what really arrived', () => {
    const topology: Topology = {
      ...TOPOLOGY,
      vertices: [...TOPOLOGY.vertices, { ...TOPOLOGY.vertices[1]!, id: 'd', name: 'd', inputs: ['s'] }],
    };
    // Flink counted the source's output once a consumer: 480 out of 240 in.
    const loads = [load('s', { outRate: 480 }), load('c'), load('d')];
    expect(vertexDemands(loads, topology)?.get('d')).toBe(240);
  });

  it('does not guess where something arrives and nothing is processed', () => {
    const hung: VertexLoad[] = [load('s', { inRate: 0, outRate: 0, pendingGrowth: 240 }), load('c', { inRate: 0 })];
    expect(vertexDemands(hung, TOPOLOGY)).toBeNull();
  });
});
