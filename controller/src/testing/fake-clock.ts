import type { Clock } from '../io/clock.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Virtual time: it stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start = 1_800_000_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Goes `ms` ahead, waking sleepers in their order, each with the time at which it wanted to wake. */
  async advance(ms: number, options: { readonly busy?: () => boolean } = {}): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle(options.busy);
      const next = this.#earliest();
      if (next === undefined || next.at > until) break;
      this.#wake(next);
    }
    this.#now = until;
  }

  /**
   * Lets time pass as far as `work` needs it, at most `limitMs`, and returns its result. `busy` tells that real I/O is
   * under way (files), during which no virtual time passes.
   */
  async finish<T>(
    work: Promise<T>,
    options: { readonly busy?: () => boolean; readonly limitMs?: number } = {},
  ): Promise<T> {
    let done = false;
    const outcome = work.finally(() => {
      done = true;
    });
    outcome.catch(() => undefined);
    const until = this.#now + (options.limitMs ?? 3_600_000);
    for (;;) {
      await settle(options.busy);
      if (done) return outcome;
      const next = this.#earliest();
      if (next === undefined || next.at > until) throw new Error('the work waits for something that is not time');
      this.#wake(next);
    }
  }

  #earliest(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const one of this.#sleepers) if (earliest === undefined || one.at < earliest.at) earliest = one;
    return earliest;
  }

  #wake(sleeper: Sleeper): void {
    this.#now = Math.max(this.#now, sleeper.at);
    sleeper.wake();
  }
}

/** Runs everything that can run without time passing. */
async function settle(busy: () => boolean = () => false): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (busy());
}
