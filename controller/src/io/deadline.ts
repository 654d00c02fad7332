import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';

/** What `withDeadline` runs and how long it may take. */
export interface Deadline {
  readonly clock: Clock;
  readonly ms: number;
  /** Ends the work early, from outside. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` with a signal that aborts when the deadline passes or the outer signal aborts.
 * `passed()` tells which of both it was. Leaves no timer and no listener behind, unlike `AbortSignal.any` on a signal
 * that lives as long as the process.
 */
export async function withDeadline<T>(
  deadline: Deadline,
  work: (signal: AbortSignal, passed: () => boolean) => Promise<T>,
): Promise<T> {
  const inner = new AbortController();
  const finished = new AbortController();
  let passed = false;
  const abort = (): void => inner.abort();
  if (deadline.signal?.aborted) abort();
  // Many calls of one tick listen to one signal; Node takes more than ten for a leak.
  setMaxListeners(0, inner.signal, ...(deadline.signal === undefined ? [] : [deadline.signal]));
  deadline.signal?.addEventListener('abort', abort, { once: true });
  const timer = deadline.clock.sleep(deadline.ms, finished.signal).then(() => {
    if (finished.signal.aborted) return;
    passed = true;
    inner.abort();
  });
  try {
    return await work(inner.signal, () => passed);
  } finally {
    finished.abort();
    deadline.signal?.removeEventListener('abort', abort);
    await timer;
  }
}
