import { fleetBudget, jobBudget } from './budget.ts';
import { cooldown } from './cooldown.ts';
import type { Denial, Gate, GateContext } from './gate.ts';
import { inFlight } from './in-flight.ts';
import { inputFreshness } from './input-freshness.ts';
import { knownIneffective } from './known-ineffective.ts';
import { massFailure } from './mass-failure.ts';
import { notOwner, platformBusy } from './ownership.ts';
import { policyConflict } from './policy-conflict.ts';
import { restorePoint } from './restore-point.ts';
import { stabilizing } from './stabilizing.ts';
import { unsupported } from './unsupported.ts';
import { outsideWindow } from './window.ts';

/**
 * In the order in which they are asked; the first denial is the reason that people see. The mode is asked after all
 * of them, so that an observed job shows what would hold it when it were in mode Act.
 */
const GATES: readonly Gate[] = [
  policyConflict,
  inFlight,
  inputFreshness,
  notOwner,
  platformBusy,
  unsupported,
  outsideWindow,
  stabilizing,
  cooldown,
  knownIneffective,
  jobBudget,
  fleetBudget,
  massFailure,
  restorePoint,
];

/** The first gate's denial, or null when all allow. */
export function firstDenial(context: GateContext): Denial | null {
  for (const gate of GATES) {
    const denial = gate(context);
    if (denial !== null) return denial;
  }
  return null;
}
