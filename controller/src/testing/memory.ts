import type { JobMemory } from '../core/diagnose/memory.ts';

/** What is known of a job of which nothing is known beyond its snapshot, to be varied. */
export function jobMemory(over: Partial<JobMemory> = {}): JobMemory {
  return {
    observed: null,
    open: null,
    closed: [],
    restarts: [],
    notRunningSince: null,
    unseenSince: null,
    checkpointSeenAt: null,
    tickMs: 15_000,
    ...over,
  };
}
