import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './identity.ts';

/** Ends these processes and no others: SIGTERM, then SIGKILL after `patienceMs`. Resolves when all are gone. */
export async function endProcesses(processes: readonly ProcessIdentity[], patienceMs = 10_000): Promise<void> {
  await signalAll(processes, 'SIGTERM');
  const deadline = performance.now() + patienceMs;
  let left = await stillAlive(processes);
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(50);
    left = await stillAlive(left);
  }
  while (left.length > 0) {
    await signalAll(left, 'SIGKILL');
    await sleep(50);
    left = await stillAlive(left);
  }
}

async function stillAlive(processes: readonly ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const alive = await Promise.all(processes.map((one) => isAlive(one)));
  return processes.filter((_, place) => alive[place] === true);
}

async function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): Promise<void> {
  for (const one of await stillAlive(processes)) {
    try {
      process.kill(one.pid, signal);
    } catch {
      // It ended between the look and the signal.
    }
  }
}
