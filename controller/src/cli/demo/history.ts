import type { FleetView } from '../../simulate/contract.ts';
import type { LoadPoint } from './frame.ts';

/** Virtual time between two points, ms: finer than a column of the chart. */
const EVERY_MS = 5000;

/** Demand and capacity of every job over the newest stretch of time. */
export class LoadHistory {
  readonly #points = new Map<string, LoadPoint[]>();
  readonly #keepMs: number;

  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Takes what is true now. */
  add({ at, jobs }: FleetView): void {
    for (const { name, demand, capacity } of jobs) {
      const points = this.#points.get(name) ?? [];
      const last = points.at(-1);
      if (last !== undefined && at - last.at < EVERY_MS) continue;
      const first = points.findIndex((point) => point.at >= at - this.#keepMs);
      this.#points.set(name, [...points.slice(Math.max(0, first)), { at, demand, capacity }]);
    }
  }

  /** Oldest first. */
  of(job: string): readonly LoadPoint[] {
    return this.#points.get(job) ?? [];
  }
}
