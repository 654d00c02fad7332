import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlinkCluster, type FlinkOptions, startFlink } from './flink.ts';
import { endProcesses } from './processes/end.ts';
import { markedProcesses } from './processes/marked.ts';
import { ProcessTable } from './processes/table.ts';
import { startWatchdog } from './processes/watchdog.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { type FaultProxy, startProxy } from './proxy/proxy.ts';
import { cacheFolder } from './root.ts';

/** What a test's lab starts. */
export interface LabOptions {
  /** The lab's folder; a new temporary one, removed by `stop`, when left out. */
  readonly dir?: string;
  readonly prometheus?: boolean;
  /** A Flink cluster with the example job; it needs `prometheus`. */
  readonly flink?: boolean | FlinkOptions;
}

/** A running lab of a test. */
export interface Lab {
  readonly dir: string;
  readonly table: ProcessTable;
  readonly prometheus: (Prometheus & { readonly proxy: FaultProxy }) | null;
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
  try {
    let prometheus: Lab['prometheus'] = null;
    if (options.prometheus === true) {
      const server = await startPrometheus({ cache, table, targets: [] });
      const proxy = await startProxy({ target: server.url });
      closing.push(() => proxy.close());
      prometheus = withProxy(server, proxy);
    }
    const addFlink: Lab['addFlink'] = async (flinkOptions) => {
      if (prometheus === null) throw new Error('a lab with Flink needs `prometheus: true`');
      const folder = join(dir, flinkOptions.name);
      const place = { cache, table, prometheus: prometheus.proxy.url, folder, signal: abort.signal };
      await prometheus.watch(join(folder, 'state', 'targets'));
      return startFlink(flinkOptions, place);
    };
    const wanted = options.flink === true ? {} : options.flink;
    const flink = wanted === undefined || wanted === false ? null : await addFlink({ name: 'lab', ...wanted });
    return { dir, table, prometheus, flink, addFlink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server with its proxy; accessors of the server stay live. */
function withProxy(server: Prometheus, proxy: FaultProxy): Prometheus & { readonly proxy: FaultProxy } {
  return Object.create(server, { proxy: { value: proxy, enumerable: true } }) as Prometheus & {
    readonly proxy: FaultProxy;
  };
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
