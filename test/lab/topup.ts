import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './processes/port.ts';
import { untilReady } from './processes/ready.ts';
import { startProcess } from './processes/start.ts';
import type { LabProcess, ProcessTable } from './processes/table.ts';

/** What the example job can be told to do wrong. */
type TopupFault =
  | { readonly kind: 'throw'; readonly times?: number; readonly message?: string }
  | { readonly kind: 'hang' | 'fail-checkpoints' | 'leak-metaspace' }
  | { readonly kind: 'log'; readonly line: string };

/** What the sinks wrote, summed up; instants in epoch milliseconds, null before the first record. */
interface TopupTotals {
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  readonly newestEventAt: number | null;
  readonly records: number;
  readonly violations: { readonly lost: number; readonly duplicated: number };
  readonly bonuses: number;
}

/** One run of the job: its sink subtasks between two restarts. */
interface TopupRun extends TopupTotals {
  readonly jobId: string;
  readonly beganAt: number;
  readonly attempt: number;
  readonly subtasks: number;
}

/** The answer of `GET /counts`. */
export interface TopupCounts extends TopupTotals {
  readonly at: number;
  /** Events/s that arrive now. */
  readonly rate: number;
  /** Events that have arrived since the beginning. */
  readonly arrived: number;
  /** Longest time in which two runs emitted at once, ms. */
  readonly overlapMs: number;
  readonly runs: readonly TopupRun[];
}

/** The example job's control process. */
export interface Topup {
  readonly url: string;
  readonly process: LabProcess;
  /** Folder that the sinks write to. */
  readonly out: string;
  /** Sets the events/s that arrive from half a second from now on; answers that instant. */
  rate(rate: number): Promise<number>;
  fault(fault: TopupFault): Promise<void>;
  /** Ends faults: those of one kind, or all. */
  clear(kind?: TopupFault['kind']): Promise<void>;
  counts(): Promise<TopupCounts>;
}

/** What the control process is started with. */
export interface TopupOptions {
  readonly table: ProcessTable;
  /** Of the process in the table, and of its folder. */
  readonly name: string;
  readonly jar: string;
  /** Events/s at the start. */
  readonly rate: number;
}

/** Starts the control process of an example job and waits until it answers. */
export async function startTopup({ table, name, jar, rate }: TopupOptions): Promise<Topup> {
  const folder = join(table.folder, name);
  const out = join(folder, 'out');
  await mkdir(out, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = { '--dir': folder, '--out': out, '--port': port, '--rate': rate };
  const one = await startProcess(table, {
    name,
    command: 'java',
    args: [
      '-Xmx64m',
      '-XX:+UseSerialGC',
      '-cp',
      jar,
      'dev.drey.topup.Control',
      ...Object.entries(settings).flat().map(String),
    ],
    port,
  });
  await untilReady(one, `${url}/schedule`);
  return { ...topupClient(url), process: one, out };
}

/** Talks to the control process. */
function topupClient(url: string): Omit<Topup, 'process' | 'out'> {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} of the example job answered ${response.status}: ${text}`);
    return JSON.parse(text);
  };
  return {
    url,
    async rate(rate) {
      const { sinceAt } = (await ask('POST', '/rate', { rate })) as { sinceAt: number };
      return sinceAt;
    },
    async fault(fault) {
      await ask('POST', '/fault', fault);
    },
    async clear(kind) {
      await ask('DELETE', kind === undefined ? '/fault' : `/fault?kind=${kind}`);
    },
    async counts() {
      return (await ask('GET', '/counts')) as TopupCounts;
    },
  };
}
