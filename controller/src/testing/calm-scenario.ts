import { checkScenario, type Scenario } from '../resources/scenario/scenario.ts';

/** One job on two TaskManagers of two slots, at half of its capacity; everything takes seconds. */
export function calmScenario(changes: { readonly faults?: readonly object[]; readonly job?: object } = {}): Scenario {
  const checked = checkScenario({
    name: 'calm',
    duration: '24h',
    faults: changes.faults ?? [],
    jobs: [
      {
        name: 'topup',
        slotsPerTaskManager: 2,
        taskManagers: 2,
        downtime: { inPlace: '2s', redeploy: '6s', taskManagerStart: '3s' },
        checkpoint: { interval: '5s', duration: '1s' },
        vertices: [
          { name: 'Source: in', capacity: 100, parallelism: 2 },
          { name: 'out', inputs: ['Source: in'], capacity: 100, parallelism: 2 },
        ],
        load: { 'Source: in': { shape: 'steps', points: [['0s', 50]] } },
        ...changes.job,
      },
    ],
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}
