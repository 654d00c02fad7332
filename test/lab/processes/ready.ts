import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './identity.ts';
import type { LabProcess } from './table.ts';

/** Asks a URL until it answers 2xx. Throws with the end of the process's log when it ended or `withinMs` has passed. */
export async function untilReady(one: LabProcess, url: string, withinMs = 30_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    const alive = await isAlive(one);
    if (!alive || performance.now() > deadline) {
      const log = await readFile(one.log, 'utf8').catch(() => '');
      const why = alive ? `is not ready after ${withinMs / 1000} s` : 'has ended';
      throw new Error(`${one.name} ${why} (${url}):\n${log.split('\n').slice(-15).join('\n')}`);
    }
    await sleep(100);
  }
}
