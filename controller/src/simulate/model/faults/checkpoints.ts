import type { FaultKind } from './fault.ts';

/** Faults of checkpoints. The job asks whether it has them. */
export const checkpointFaults = {
  checkpointFailing: { summary: 'No checkpoint completes', healed: () => false },
  storageDown: { summary: 'The storage of the checkpoints does not answer', healed: () => false },
} as const satisfies Readonly<Record<string, FaultKind>>;
