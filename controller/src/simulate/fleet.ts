import type { SimulatedFleet, SimulatedFleetOptions } from './contract.ts';

/** A fleet at the start of its scenario. */
export function createSimulatedFleet(options: SimulatedFleetOptions): SimulatedFleet {
  throw new Error(`${options.scenario.name}: the model is not there yet`);
}
