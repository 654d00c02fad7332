import type { FleetEvent } from '../contract.ts';

const KEPT = 1000;

/** Takes note of what happened, in virtual seconds. */
export type Note = (at: number, event: Pick<FleetEvent, 'job' | 'kind' | 'detail'>) => void;

/** The newest events of a fleet. */
export class EventLog {
  readonly #startedAt: number;
  #events: FleetEvent[] = [];
  #seq = 0;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  readonly note: Note = (at, event) => {
    this.#seq += 1;
    this.#events.push({ seq: this.#seq, at: this.#startedAt + at * 1000, ...event });
    if (this.#events.length > 2 * KEPT) this.#events = this.#events.slice(-KEPT);
  };

  after(seq: number): readonly FleetEvent[] {
    return this.#events.filter((event) => event.seq > seq).slice(-KEPT);
  }
}
