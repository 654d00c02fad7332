import { readdir, readFile } from 'node:fs/promises';
import { type ProcessIdentity, startTimeOf } from './identity.ts';

/** The environment variable that every process of a lab carries: the lab's folder. Their children inherit it. */
export const labMarker = 'DREY_LAB_DIR';

/** The processes of this machine, apart from the caller, that have one of these entries in their environment. */
export async function markedProcesses(entries: readonly string[]): Promise<ProcessIdentity[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => marked(pid, entries)));
  return found.flatMap((one) => one ?? []);
}

async function marked(pid: number, entries: readonly string[]): Promise<ProcessIdentity | undefined> {
  if (pid === process.pid) return undefined;
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  if (!environment.split('\0').some((entry) => entries.includes(entry))) return undefined;
  const startTime = await startTimeOf(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}
