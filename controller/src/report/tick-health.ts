import type { Clock } from '../io/clock.ts';

/** Ticks that may be missed before Drey counts as stuck. */
const PATIENCE = 10;

/** Whether ticks come to their end: what /readyz and /livez say. */
export interface TickHealth {
  /** A whole tick ended. */
  finished(): void;
  ready(): boolean;
  live(): boolean;
}

/** Before the first tick the time counts from here. */
export function createTickHealth(clock: Clock, tickMs: number): TickHealth {
  let ready = false;
  let last = clock.now();
  return {
    finished: () => {
      ready = true;
      last = clock.now();
    },
    ready: () => ready,
    live: () => clock.now() - last <= PATIENCE * tickMs,
  };
}
