import { describe, expect, it } from 'vitest';
import { runSimulated, type SimulatedRun } from '../../testing/simulated-drey.ts';
import { demoScenario } from './scenario.ts';

const HOUR = 3_600_000;

function actionsOf({ remediations, startedAt }: SimulatedRun): string[] {
  return remediations
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map(({ spec, status, createdAt }) => {
      const minute = Math.floor((createdAt - startedAt) / 60_000);
      return `${minute} ${spec.job.split('/').at(-1)} ${spec.incident.cause} ${spec.action} ${status.phase}`;
    });
}

const scenario = demoScenario(1);

describe('the first two hours of the demo', () => {
  it('go as they are told, and nothing that must not happen does', async () => {
    const run = await runSimulated({ scenario, forMs: 2 * HOUR });
    expect(actionsOf(run)).toEqual([
      '5 sim-activation UnderProvisioned Rescale Succeeded',
      '9 topup UnderProvisioned Rescale Succeeded',
      '18 roaming-fraud UnderProvisioned Rescale Succeeded',
      '20 roaming-fraud RestartsExhausted RestartFromCheckpoint Succeeded',
      '38 dealer-motivation JobManagerLost RecreateCluster Succeeded',
      '40 roaming-fraud UnderProvisioned Rescale Succeeded',
      '70 topup OverProvisioned Rescale Succeeded',
      '76 dealer-motivation UnderProvisioned Rescale Succeeded',
      '85 sim-activation RestartsExhausted RestartFromCheckpoint Succeeded',
      '86 roaming-fraud OverProvisioned Rescale Succeeded',
      '89 dealer-motivation OverProvisioned Rescale Succeeded',
      '106 topup UnderProvisioned Rescale Succeeded',
      '114 roaming-fraud OverProvisioned Rescale Succeeded',
      '114 sim-activation OverProvisioned Rescale Succeeded',
    ]);
    expect(run.views.at(-1)?.invariants).toEqual({
      duplicatedActions: 0,
      lostActions: 0,
      actionsOnStaleInput: 0,
      stateLosses: 0,
      budgetBreaks: 0,
    });
    // No metrics from minute 30 to 34: held, and said why.
    const blind = run.decisions.filter(({ at }) => at > 30 * 60 && at < 34 * 60);
    expect(blind.map(({ said }) => said)).toEqual(Array.from({ length: 4 }, () => 'Hold InputNotFresh'));
    const topup = run.views.map(({ jobs }) => jobs.find(({ name }) => name === 'topup')!);
    expect(Math.max(...topup.map(({ lagS }) => lagS))).toBeGreaterThan(45);
    expect(topup.at(-1)).toMatchObject({ state: 'RUNNING', lagS: 0 });
  }, 60_000);

  it('are the same each time', async () => {
    const [first, second] = [
      await runSimulated({ scenario, forMs: HOUR / 2 }),
      await runSimulated({ scenario, forMs: HOUR / 2 }),
    ];
    expect(second.decisions).toEqual(first.decisions);
    expect(second.views).toEqual(first.views);
  }, 60_000);
});
