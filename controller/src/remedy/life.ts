import { setMaxListeners } from 'node:events';

/** This process is ending: whoever catches it only passes it on. */
class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** Whether work goes on. Once ended, nothing is written or sent any more; the journal holds what a successor needs. */
export class Life {
  readonly #abort = new AbortController();
  readonly #crash: (point: string) => void;
  /** Nothing new begins; what has had an effect goes on to its end. */
  draining = false;

  /** `crash` is called before and after each outside write and may throw, which ends this life there. */
  constructor(crash: (point: string) => void) {
    this.#crash = crash;
    // One listener for each sleep and call under way: a fleet has more than the ten that Node warns at.
    setMaxListeners(0, this.#abort.signal);
  }

  /** Aborts when this life ends. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Throws `Stopped` after the end. */
  check(): void {
    if (this.#abort.signal.aborted) throw new Stopped('stopped');
  }

  /** A place where the process may end. */
  point(name: string): void {
    this.check();
    try {
      this.#crash(name);
    } catch (error) {
      this.end();
      throw error;
    }
  }

  end(): void {
    this.#abort.abort();
  }
}
