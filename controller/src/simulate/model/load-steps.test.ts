import { expect, it } from 'vitest';
import { checkScenario } from '../../resources/scenario/scenario.ts';
import { FleetModel } from './fleet-model.ts';

it('a jump of the load is told when it comes', () => {
  const job = {
    name: 'topup',
    slotsPerTaskManager: 4,
    vertices: [{ name: 'in', capacity: 100, parallelism: 4 }],
    load: {
      in: {
        shape: 'steps',
        points: [
          ['0s', 600],
          ['3s', 1800],
          ['5s', 1800],
          ['6s', 20],
        ],
      },
    },
  };
  const checked = checkScenario({ name: 'steps', duration: '1m', jobs: [job] });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  const told: unknown[] = [];
  const model = new FleetModel({
    scenario: checked.value,
    seed: 1,
    note: (at, event) => event.kind === 'load' && told.push([at, event.job, event.detail]),
  });
  for (let i = 0; i < 10; i++) model.step();
  expect(told).toEqual([
    [3, 'topup', 'the load of in goes from 600 to 1,800 records/s'],
    [6, 'topup', 'the load of in goes from 1,800 to 20 records/s'],
  ]);
});
