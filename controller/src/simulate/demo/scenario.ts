import type { Scenario } from '../../resources/scenario/scenario.ts';
import { checkScenario } from '../../resources/scenario/scenario.ts';

/** The fleet of `drey demo`. */
export function demoScenario(seed: number): Scenario {
  const checked = checkScenario({
    name: 'demo',
    seed,
    duration: '24h',
    jobs: [
      {
        name: 'topup',
        slotsPerTaskManager: 4,
        maxParallelism: 720,
        vertices: [
          { name: 'Source: events', capacity: 100, parallelism: 10, partitions: 120 },
          { name: 'enrich', inputs: ['Source: events'], capacity: 80, selectivity: 0.9, parallelism: 12, noise: 0.02 },
          { name: 'Sink: out', inputs: ['enrich'], capacity: 400, parallelism: 6 },
        ],
        load: {
          'Source: events': {
            shape: 'steps',
            points: [
              ['0s', 600],
              ['8m', 1800],
            ],
            noise: 0.02,
          },
        },
      },
      {
        name: 'roaming-fraud',
        slotsPerTaskManager: 2,
        vertices: [
          { name: 'Source: cdr', capacity: 200, parallelism: 4, partitions: 24 },
          { name: 'score', inputs: ['Source: cdr'], capacity: 100, parallelism: 6 },
        ],
        load: { 'Source: cdr': { shape: 'sine', base: 300, amplitude: 100, period: '3h', noise: 0.02 } },
      },
    ],
    faults: [
      { at: '22m', job: 'roaming-fraud', kind: 'jobFailed' },
      { at: '40m', job: 'topup', kind: 'taskManagerLost' },
      { at: '50m', job: 'roaming-fraud', kind: 'jobManagerLost' },
      { at: '60m', for: '10m', kind: 'metrics', fault: 'absent' },
    ],
  });
  if (!checked.ok)
    throw new Error(
      checked.issues
        .map(({ path, expected, found }) => `${path.join('.')}: expected ${expected}, found ${found}`)
        .join('\n'),
    );
  return checked.value;
}
