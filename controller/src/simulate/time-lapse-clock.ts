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

/** How late a sleep may see that the speed has changed, real ms. */
const LONGEST_NAP_MS = 250;

/** Virtual time that runs faster than real time, sleeps included, and can be stopped. */
export class TimeLapseClock implements Clock {
  readonly #real: Clock;
  #speed: number;
  /** Virtual time at `#realBase`. */
  #base: number;
  #realBase: number;
  /** Set while time stands still; aborted when it goes on. */
  #paused: AbortController | null = null;

  constructor({ real, speed, start }: TimeLapseOptions) {
    this.#real = real;
    this.#speed = checked(speed);
    this.#realBase = real.now();
    this.#base = start ?? this.#realBase;
  }

  /** Virtual seconds a real second. */
  get speed(): number {
    return this.#speed;
  }

  get paused(): boolean {
    return this.#paused !== null;
  }

  now(): number {
    if (this.#paused !== null) return this.#base;
    return Math.floor(this.#base + (this.#real.now() - this.#realBase) * this.#speed);
  }

  /** Goes on at another speed, above 0, from where it stands. */
  setSpeed(speed: number): void {
    checked(speed);
    this.#base = this.now();
    this.#realBase = this.#real.now();
    this.#speed = speed;
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
      // A timer that wakes a little early, during a pause or after a change of speed sleeps again.
      const realMs = Math.ceil(left / this.#speed);
      await this.#real.sleep(Math.min(Math.max(1, realMs), LONGEST_NAP_MS), signal);
    }
  }
}

function checked(speed: number): number {
  if (!(speed > 0)) throw new RangeError(`speed ${speed} is not above 0`);
  return speed;
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
