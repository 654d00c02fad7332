import type { Clock } from '../io/clock.ts';

/** How fast virtual time passes. */
export interface TimeLapseOptions {
  /** The time that passes by itself. */
  readonly real: Clock;
  /** Virtual seconds a real second, above 0. */
  readonly speed: number;
  /** Epoch ms at which virtual time begins. Default: the real time. */
  readonly start?: number;
}

/** Virtual time that runs faster than real time, sleeps included, and can be stopped. */
export class TimeLapseClock implements Clock {
  readonly speed: number;
  readonly #real: Clock;
  /** Virtual time at `#realBase`. */
  #base: number;
  #realBase: number;
  /** Set while time stands still; aborted when it goes on. */
  #paused: AbortController | null = null;

  constructor({ real, speed, start }: TimeLapseOptions) {
    if (!(speed > 0)) throw new RangeError(`speed ${speed} is not above 0`);
    this.speed = speed;
    this.#real = real;
    this.#realBase = real.now();
    this.#base = start ?? this.#realBase;
  }

  get paused(): boolean {
    return this.#paused !== null;
  }

  now(): number {
    if (this.#paused !== null) return this.#base;
    return Math.floor(this.#base + (this.#real.now() - this.#realBase) * this.speed);
  }

  /** Time stands still, and so do all sleeps, until `resume`. */
  pause(): void {
    if (this.#paused !== null) return;
    this.#base = this.now();
    this.#paused = new AbortController();
  }

  /** Time goes on from where it stood. */
  resume(): void {
    const paused = this.#paused;
    if (paused === null) return;
    this.#realBase = this.#real.now();
    this.#paused = null;
    paused.abort();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    while (signal?.aborted !== true) {
      if (this.#paused !== null) {
        await eitherAborts(this.#paused.signal, signal);
        continue;
      }
      const left = until - this.now();
      if (left <= 0) return;
      // A timer that wakes a little early, or during a pause, sleeps again.
      await this.#real.sleep(Math.max(1, Math.ceil(left / this.speed)), signal);
    }
  }
}

function eitherAborts(first: AbortSignal, second: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      first.removeEventListener('abort', done);
      second?.removeEventListener('abort', done);
      resolve();
    };
    if (first.aborted || second?.aborted === true) return done();
    first.addEventListener('abort', done, { once: true });
    second?.addEventListener('abort', done, { once: true });
  });
}
