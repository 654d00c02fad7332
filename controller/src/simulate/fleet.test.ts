import { describe, expect, it } from 'vitest';
import { chooseStep } from '../platforms/contract.ts';
import { calmScenario } from '../testing/calm-scenario.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { runSimulated, type SimulatedRun } from '../testing/simulated-drey.ts';
import { createSimulatedFleet } from './fleet.ts';

const MINUTE = 60_000;

function actionsOf({ remediations }: SimulatedRun): string[] {
  return remediations.map(({ spec, status }) => `${spec.incident.cause} ${spec.action} ${status.phase}`);
}

const step = {
  load: {
    'Source: in': {
      shape: 'steps',
      points: [
        ['0s', 50],
        ['3m', 250],
      ],
    },
  },
};

describe('Drey on a simulated fleet', () => {
  it('rescales a job that has to be redeployed for it by a restart from its checkpoint', async () => {
    const scenario = calmScenario({ job: { ...step, schedulerMode: 'redeploy' } });
    const run = await runSimulated({ scenario, forMs: 10 * MINUTE });
    expect(actionsOf(run)).toEqual(['UnderProvisioned Rescale Succeeded']);
    expect(run.remediations[0]?.status.steps.map((one) => one.step)).toContain(chooseStep(1));
    expect(run.views.at(-1)).toMatchObject({
      jobs: [{ state: 'RUNNING', lagS: 0, parallelism: { 'Source: in': 4, out: 4 } }],
      invariants: { duplicatedActions: 0, stateLosses: 0, lostActions: 0 },
    });
  });

  it('does not get TaskManagers that the cluster has no room for', async () => {
    const load = {
      'Source: in': {
        shape: 'steps',
        points: [
          ['0s', 50],
          ['3m', 500],
        ],
      },
    };
    const scenario = { ...calmScenario({ job: { load } }), cluster: { taskManagers: 2 } };
    const run = await runSimulated({
      scenario,
      forMs: 10 * MINUTE,
      spec: { mode: 'Act', autoscale: { maxLag: '10s' } },
    });
    expect(actionsOf(run)[0]).toBe('UnderProvisioned Rescale Failed');
    expect(run.remediations[0]?.status.outcome).toContain('the cluster has no room');
    expect(Math.max(...run.views.map(({ jobs }) => jobs[0]!.taskManagers.running))).toBe(2);
  });

  it('restarts the TaskManager that a rule names', async () => {
    const scenario = calmScenario({ faults: [{ at: '3m', job: 'topup', kind: 'taskManagerStuck' }] });
    const rule = {
      name: 'task-manager-stuck',
      when: { promql: 'max by (namespace, job_name, pod) (stuck) > 0', for: '30s' },
      ladder: [{ action: 'RestartTaskManager', within: '5m' }, { action: 'Page' }],
    };
    const run = await runSimulated({ scenario, forMs: 8 * MINUTE, spec: { mode: 'Act', heal: { rules: [rule] } } });
    expect(actionsOf(run)).toEqual(['task-manager-stuck RestartTaskManager Succeeded']);
    expect(run.remediations[0]?.spec.params.pods).toEqual(['topup-taskmanager-0']);
    expect(run.views.at(-1)).toMatchObject({ jobs: [{ state: 'RUNNING', lagS: 0, faults: [] }] });
  });

  it('does nothing while nobody answers', async () => {
    const scenario = calmScenario({
      faults: [
        { at: '3m', kind: 'api', fault: 'error', for: '2m' },
        { at: '3m', job: 'topup', kind: 'jobFailed' },
      ],
    });
    const run = await runSimulated({ scenario, forMs: 8 * MINUTE });
    expect(actionsOf(run)).toEqual(['RestartsExhausted RestartFromCheckpoint Succeeded']);
    expect(run.remediations[0]!.createdAt - run.startedAt).toBeGreaterThanOrEqual(5 * MINUTE);
  });
});

describe('a fleet', () => {
  it('takes faults, tells what happened, and is rid of them', async () => {
    const clock = new FakeClock();
    const fleet = createSimulatedFleet({ scenario: calmScenario(), clock });
    await clock.advance(60_500);
    fleet.inject({ kind: 'taskManagerStuck', job: 'topup' });
    fleet.inject({ kind: 'metrics', fault: 'absent' });
    await clock.advance(30_000);
    expect(fleet.view()).toMatchObject({
      at: fleet.view().startedAt + 90_000,
      faults: ['metrics absent'],
      jobs: [{ key: 'simulated/default/Job/topup', lagS: 30, demand: 50, capacity: 200, faults: ['taskManagerStuck'] }],
    });
    const told = fleet.eventsAfter(0);
    expect(told.slice(-2)).toMatchObject([
      { job: 'topup', kind: 'fault', detail: 'taskManagerStuck' },
      { job: null, kind: 'fault', detail: 'metrics absent' },
    ]);
    fleet.clear('topup');
    fleet.clear(null);
    await clock.advance(30_000);
    expect(fleet.view()).toMatchObject({ faults: [], jobs: [{ lagS: 0, faults: [] }] });
    expect(fleet.eventsAfter(told.at(-1)!.seq).map(({ kind }) => kind)).toEqual(['faultEnded', 'faultEnded']);
  });

  it('refuses what there is not', () => {
    const fleet = createSimulatedFleet({ scenario: calmScenario(), clock: new FakeClock() });
    expect(() => fleet.inject({ kind: 'jobFailed', job: 'other' })).toThrow(RangeError);
    expect(() => fleet.inject({ kind: 'stateIncompatible', job: 'topup' })).toThrow(RangeError);
    expect(fleet.faults.map(({ kind }) => kind)).not.toContain('stateIncompatible');
  });
});
