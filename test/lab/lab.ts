import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlinkCluster, type FlinkOptions, startFlink } from './flink.ts';
import { type Loki, startLoki } from './loki.ts';
import { endProcesses } from './processes/end.ts';
import { markedProcesses } from './processes/marked.ts';
import { ProcessTable } from './processes/table.ts';
import { startWatchdog } from './processes/watchdog.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { type Promtail, startPromtail } from './promtail.ts';
import { type FaultProxy, startProxy } from './proxy/proxy.ts';
import { cacheFolder } from './root.ts';

/** What a test's lab starts. */
export interface LabOptions {
  /** The lab's folder; a new temporary one, removed by `stop`, when left out. */
  readonly dir?: string;
  readonly prometheus?: boolean;
  /** Loki, and Promtail on the logs of every Flink cluster of the lab. */
  readonly loki?: boolean;
  /** A Flink cluster with the example job; it needs `prometheus`. */
  readonly flink?: boolean | FlinkOptions;
}

/** The lab's Loki as those who ask it see it, and Promtail, which feeds it. */
export interface LabLoki extends Loki {
  /** Base URL of the proxy. */
  readonly url: string;
  readonly proxy: FaultProxy;
  readonly promtail: Promtail;
}

/** A running lab of a test. */
export interface Lab {
  readonly dir: string;
  readonly table: ProcessTable;
  readonly prometheus: (Prometheus & { readonly proxy: FaultProxy }) | null;
  readonly loki: LabLoki | null;
  readonly flink: FlinkCluster | null;
  /** Starts one more Flink cluster, under another name, with a state folder of its own; Prometheus scrapes it, too. */
  addFlink(options: FlinkOptions & { readonly name: string }): Promise<FlinkCluster>;
  /** Ends everything that carries the lab's marker. */
  stop(): Promise<void>;
}

/**
 * Starts a lab for a test file. All its processes end with `stop`, and with the test's process if that comes first.
 * The cache must hold what it needs (`npm run lab -- provision`).
 */
export async function startLab(options: LabOptions): Promise<Lab> {
  const dir = await realpath(options.dir ?? (await mkdtemp(join(tmpdir(), 'drey-lab-'))));
  const table = new ProcessTable(dir);
  const dismissWatchdog = startWatchdog(dir);
  const cache = cacheFolder();
  const abort = new AbortController();
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    abort.abort();
    await Promise.all(closing.map((close) => close()));
    await endLabProcesses(table);
    dismissWatchdog();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  const place: ServerPlace = { cache, table, closing };
  try {
    const [prometheus, loki] = await Promise.all([
      options.prometheus === true ? prometheusWithProxy(place) : null,
      options.loki === true ? lokiWithProxy(place) : null,
    ]);
    const addFlink: Lab['addFlink'] = async (flinkOptions) => {
      if (prometheus === null) throw new Error('a lab with Flink needs `prometheus: true`');
      const folder = join(dir, flinkOptions.name);
      const urls = { prometheus: prometheus.proxy.url, ...(loki !== null && { loki: loki.url }) };
      for (const reader of [prometheus, loki?.promtail]) await reader?.watch(join(folder, 'state', 'targets'));
      return startFlink(flinkOptions, { cache, table, ...urls, folder, signal: abort.signal });
    };
    const wanted = options.flink === true ? {} : options.flink;
    const flink = wanted === undefined || wanted === false ? null : await addFlink({ name: 'lab', ...wanted });
    return { dir, table, prometheus, loki, flink, addFlink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface ServerPlace {
  readonly cache: string;
  readonly table: ProcessTable;
  /** What the lab closes when it stops. */
  readonly closing: (() => Promise<void>)[];
}

async function prometheusWithProxy({ cache, table, closing }: ServerPlace): Promise<NonNullable<Lab['prometheus']>> {
  const server = await startPrometheus({ cache, table, targets: [] });
  const proxy = await startProxy({ target: server.url });
  closing.push(() => proxy.close());
  return extended(server, { proxy });
}

async function lokiWithProxy({ cache, table, closing }: ServerPlace): Promise<LabLoki> {
  const server = await startLoki({ cache, table });
  const promtail = await startPromtail({ cache, table, loki: server.directUrl, targets: [] });
  const proxy = await startProxy({ target: server.directUrl });
  closing.push(() => proxy.close());
  return extended(server, { url: proxy.url, proxy, promtail });
}

/** The same server with more fields; its accessors stay live. */
function extended<S extends object, M extends object>(server: S, more: M): S & M {
  return Object.assign(Object.create(server) as S, more);
}

/** Ends the recorded processes and all that carry the lab's marker, until none is left. Returns how many there were. */
export async function endLabProcesses(table: ProcessTable): Promise<number> {
  let ended = 0;
  // A supervisor among them may start another process while the first ones end.
  for (let round = 0; round < 5; round++) {
    const marked = await markedProcesses(table.markers);
    const recorded = round === 0 ? table.processes : [];
    const all = [...recorded, ...marked.filter((one) => !recorded.some((other) => other.pid === one.pid))];
    if (all.length === 0) break;
    await endProcesses(all);
    ended += all.length;
  }
  if (table.processes.length > 0) table.clear();
  return ended;
}
