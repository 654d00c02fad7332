import type { Scenario } from '../../resources/scenario/scenario.ts';

/** The fleet of `drey demo`. */
export function demoScenario(seed: number): Scenario {
  throw new Error(`not there yet (seed ${seed})`);
}
