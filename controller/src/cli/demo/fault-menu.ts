import type { InjectedFault, SimulatedFleet } from '../../simulate/contract.ts';
import type { FaultChoice } from './frame.ts';

/** A line of the menu and what it does. */
export interface MenuFault extends FaultChoice {
  /** Throws `RangeError` where the fleet refuses it. */
  readonly inject: (fleet: SimulatedFleet, job: string) => void;
}

/** Faults of sources end by themselves after this, ms: nothing heals them. */
const SOURCE_FAULT_MS = 5 * 60_000;

/** Everything that can be done to a job or to what Drey sees, and undoing it. */
export function faultMenu({ faults }: Pick<SimulatedFleet, 'faults'>): readonly MenuFault[] {
  const all = faults.flatMap(({ kind, ofJob, variants, summary }): readonly MenuFault[] => {
    if (ofJob) {
      // The port's own list says which kinds need a job.
      const inject: MenuFault['inject'] = (fleet, job) => fleet.inject({ kind, job } as InjectedFault);
      return [{ title: kind, about: summary, inject }];
    }
    return variants.map((variant) => ({
      title: `${kind} ${variant}`,
      about: `all jobs, 5 min: ${summary}`,
      inject: (fleet) => fleet.inject({ kind, fault: variant, forMs: SOURCE_FAULT_MS } as InjectedFault),
    }));
  });
  const clear = { title: 'mend', about: 'Ends all faults of this job and of the sources.' };
  return [
    ...all,
    {
      ...clear,
      inject: (fleet, job) => {
        fleet.clear(job);
        fleet.clear(null);
      },
    },
  ];
}
