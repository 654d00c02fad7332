import { describe, expect, it } from 'vitest';
import type { QueryAnswer } from '../../sources/contract.ts';
import { DEFAULT_LABELS, fleetQueries } from '../../sources/prometheus/queries.ts';
import { calmScenario } from '../../testing/calm-scenario.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { InjectedFault } from '../contract.ts';
import { createSimulatedFleet } from '../fleet.ts';

const QUERIES = fleetQueries({ labels: DEFAULT_LABELS, matchers: {}, windowMs: 60_000 });

async function asked(
  faults: readonly InjectedFault[] = [],
  forMs = 50_000,
): Promise<Record<string, readonly number[] | string>> {
  const clock = new FakeClock();
  const fleet = createSimulatedFleet({ scenario: calmScenario(), clock, rules: { mine: 'jobFailed' } });
  await clock.advance(300_000);
  fleet.view();
  for (const fault of faults) fleet.inject(fault);
  await clock.advance(forMs);
  const queries = { ...QUERIES, 'rule mine': 'a', 'rule task-manager-stuck': 'b', other: 'c' };
  const answers = await clock.finish(fleet.ports.metrics.instant(queries, new AbortController().signal));
  return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, said(answer)]));
}

function said(answer: QueryAnswer): readonly number[] | string {
  return answer.ok ? answer.samples.map(({ value }) => Math.round(value * 100) / 100) : answer.error.kind;
}

describe('simulated metrics', () => {
  it('answer the fixed queries as Prometheus would, and others with nothing', async () => {
    expect(await asked()).toMatchObject({
      vertexIn: [50, 50],
      vertexOut: [50, 50],
      // Two subtasks, each a quarter busy.
      vertexBusy: [500, 500],
      vertexIdle: [1500, 1500],
      vertexBackPressured: [0, 0],
      vertexBusiest: [250, 250],
      vertexSubtasks: [2, 2],
      // Scraped at 345 s, asked at 350 s.
      vertexAge: [5, 5],
      jobAge: [5],
      clusterAge: [5],
      cluster: [2, 4, 2],
      sourceIn: [50],
      sourcePending: [0],
      sourcePendingGrowth: [0],
      sourceLag: [0],
      other: [],
      'rule mine': [],
    });
  });

  it.each<readonly [fault: 'absent' | 'nan' | 'zero' | 'partial' | 'error' | 'slow' | 'stale', expected: object]>([
    ['absent', { vertexIn: [], job: [] }],
    ['nan', { vertexIn: [Number.NaN, Number.NaN], vertexAge: [5, 5] }],
    ['zero', { vertexIn: [0, 0], vertexAge: [5, 5], vertexSubtasks: [2, 2] }],
    ['partial', { vertexSubtasks: [1, 1], vertexIn: [25, 25], vertexBusiest: [250, 250], jobAge: [5] }],
    ['error', { vertexIn: 'status', job: 'status' }],
    ['slow', { vertexIn: 'timeout' }],
    ['stale', { vertexAge: [50, 50], vertexIn: [], jobAge: [50] }],
  ])('may be %s', async (fault, expected) => {
    expect(await asked([{ kind: 'metrics', fault }])).toMatchObject(expected);
  });

  it('forget samples that are old', async () => {
    expect(await asked([{ kind: 'metrics', fault: 'stale' }], 310_000)).toMatchObject({ vertexAge: [], jobAge: [] });
  });

  it('answer rules by their names with the jobs that have the fault', async () => {
    const faults = [
      { kind: 'jobFailed', job: 'topup' },
      { kind: 'taskManagerStuck', job: 'topup' },
    ] as const;
    expect(await asked(faults)).toMatchObject({ 'rule mine': [1], 'rule task-manager-stuck': [1], vertexIn: [] });
  });

  it('say so when the caller gives up', async () => {
    const fleet = createSimulatedFleet({ scenario: calmScenario(), clock: new FakeClock() });
    const answers = await fleet.ports.metrics.instant({ job: QUERIES.job }, AbortSignal.abort());
    expect(answers).toMatchObject({ job: { ok: false, error: { kind: 'timeout' } } });
  });
});
