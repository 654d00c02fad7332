import type { Clock } from '../io/clock.ts';
import type { Store } from './contract.ts';
import { ObjectTable, noBacking } from './object-table.ts';
import { TableStore } from './table-store.ts';

/** The same rules without anything behind them: for the simulator and tests. */
export function memoryStore(clock: Clock): Store {
  const tables = { remediations: new ObjectTable<never>(noBacking), observedJobs: new ObjectTable<never>(noBacking) };
  return new TableStore(tables, clock, () => Promise.resolve());
}
