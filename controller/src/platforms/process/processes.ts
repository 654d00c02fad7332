import { readFile, readdir } from 'node:fs/promises';
import type { Clock } from '../../io/clock.ts';
import { codeOf } from '../../io/errors.ts';

/** Environment variables that mark the processes of a cluster. */
export const MARKERS = {
  cluster: 'DREY_CLUSTER',
  pod: 'DREY_POD',
  step: 'DREY_STEP',
  incarnation: 'DREY_INCARNATION',
} as const;

/** A living process of a cluster. Zombies have ended. */
export interface ClusterProcess {
  readonly pid: number;
  /** pid@start, the start in clock ticks since boot: can't be mistaken for a later process with the same pid. */
  readonly identity: string;
  readonly startTicks: number;
  readonly pod: string;
  /** Key of the step that started it. */
  readonly step: string;
  readonly incarnation: number;
  /** The pod's own process; false for what it started itself. */
  readonly main: boolean;
}

/** The living processes that carry the marker of a cluster. Throws when /proc can't be listed. */
export async function clusterProcesses(clusterId: string): Promise<readonly ClusterProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => clusterProcess(pid, clusterId)));
  return found.filter((process) => process !== undefined);
}

async function clusterProcess(pid: number, clusterId: string): Promise<ClusterProcess | undefined> {
  if (pid === process.pid) return undefined;
  const environment = parseEnvironment(await readProc(pid, 'environ'));
  if (environment.get(MARKERS.cluster) !== clusterId) return undefined;
  const stat = parseStat(await readProc(pid, 'stat'));
  if (stat === undefined) return undefined;
  return {
    pid,
    identity: `${pid}@${stat.startTicks}`,
    startTicks: stat.startTicks,
    pod: environment.get(MARKERS.pod) ?? '',
    step: environment.get(MARKERS.step) ?? '',
    incarnation: Number(environment.get(MARKERS.incarnation) ?? 0),
    main: stat.session === pid,
  };
}

/** Identity of a process that lives now; undefined when it has ended. */
export async function identityOf(pid: number): Promise<string | undefined> {
  const stat = parseStat(await readProc(pid, 'stat'));
  return stat === undefined ? undefined : `${pid}@${stat.startTicks}`;
}

/** Ends exactly these processes by SIGKILL and waits, at most 5 s, until they are gone. */
export async function killProcesses(identities: readonly string[], clock: Clock): Promise<void> {
  for (const identity of identities) {
    const pid = Number(identity.split('@')[0]);
    if ((await identityOf(pid)) !== identity) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
  }
  const until = clock.now() + 5000;
  while ((await anyAlive(identities)) && clock.now() < until) await clock.sleep(20);
}

async function anyAlive(identities: readonly string[]): Promise<boolean> {
  for (const identity of identities) {
    if ((await identityOf(Number(identity.split('@')[0]))) === identity) return true;
  }
  return false;
}

/** Empty when the process ended meanwhile or belongs to another user. */
async function readProc(pid: number, file: 'environ' | 'stat'): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return '';
    throw error;
  }
}

function parseEnvironment(text: string): ReadonlyMap<string, string> {
  const entries = text.split('\0').filter((entry) => entry.startsWith('DREY_'));
  return new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
}

function parseStat(text: string): { readonly session: number; readonly startTicks: number } | undefined {
  // The command's name, in parentheses, may hold blanks: field 3, the state, follows the last parenthesis.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, session, startTicks] = [fields[0], Number(fields[3]), Number(fields[19])];
  if (state === undefined || ['', 'Z', 'X'].includes(state) || !Number.isFinite(startTicks)) return undefined;
  return { session, startTicks };
}
