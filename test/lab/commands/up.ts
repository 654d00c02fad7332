import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FlinkCluster, startFlink } from '../flink.ts';
import { endLabProcesses } from '../lab.ts';
import { freePort } from '../processes/port.ts';
import { untilReady } from '../processes/ready.ts';
import { startProcess } from '../processes/start.ts';
import { ProcessTable } from '../processes/table.ts';
import { lockFolder } from '../provision/lock.ts';
import { startLoki } from '../loki.ts';
import { startPrometheus } from '../prometheus.ts';
import { startPromtail } from '../promtail.ts';
import { cacheFolder } from '../root.ts';
import type { FlinkLine } from '../versions.ts';
import { partsOf, provisionParts } from './provision.ts';
import { aliveProcesses, describeStatus, labStatus } from './status.ts';

/** What an earlier lab left in its folder. */
const ownFiles = ['lab.json', 'drey.yaml', 'policy.yaml', 'state', 'checkpoints', 'logs'];
const leftovers = [...ownFiles, 'prometheus', 'loki', 'promtail', 'lab-topup'];

/** What `lab up` starts beside Prometheus. */
export interface UpOptions {
  readonly flink: FlinkLine;
  readonly loki: boolean;
}

/** `lab up`: starts everything, or says what runs already. Returns the exit code. */
export async function upCommand(given: string, options: UpOptions, signal: AbortSignal): Promise<number> {
  await mkdir(given, { recursive: true });
  const folder = await realpath(given);
  const lock = await lockFolder(folder, () => process.stdout.write(`waiting: another \`lab up\` works on ${folder}\n`));
  try {
    const alive = await aliveProcesses(folder);
    if (alive.length > 0) {
      process.stdout.write(`runs already:\n${describeStatus(folder, await labStatus(folder), alive)}`);
      return 0;
    }
    const provisioned = await provisionParts(partsOf(options), signal);
    return provisioned === 0 ? await start(folder, options, signal) : provisioned;
  } finally {
    await lock.release();
  }
}

async function start(folder: string, options: UpOptions, signal: AbortSignal): Promise<number> {
  const began = performance.now();
  for (const name of leftovers) await rm(join(folder, name), { recursive: true, force: true });
  const table = new ProcessTable(folder);
  try {
    const cluster = await unlessAborted(startAll(table, options, signal), signal);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(describeStatus(folder, await labStatus(folder), await aliveProcesses(folder)));
    process.stdout.write(
      `up after ${seconds} s\n${nextSteps(cluster.drey.config, cluster.topup.url, cluster.drey.listen)}`,
    );
    return 0;
  } catch (error) {
    await endLabProcesses(table);
    throw error;
  }
}

async function startAll(table: ProcessTable, options: UpOptions, signal: AbortSignal): Promise<FlinkCluster> {
  const cache = cacheFolder();
  const { folder } = table;
  const targets = [join(folder, 'state', 'targets')];
  const [prometheus, loki] = await Promise.all([
    startPrometheus({ cache, table, targets }).then(({ url }) => startProxyProcess(table, 'proxy', url)),
    options.loki ? startLogs({ cache, table, targets }) : undefined,
  ]);
  const urls = { prometheus, ...(loki !== undefined && { loki }) };
  return startFlink({ flinkVersion: options.flink }, { cache, table, ...urls, folder, signal });
}

/** Starts Loki, its proxy and Promtail; answers the proxy's base URL. */
async function startLogs(options: { cache: string; table: ProcessTable; targets: string[] }): Promise<string> {
  const { directUrl } = await startLoki(options);
  await startPromtail({ ...options, loki: directUrl });
  return startProxyProcess(options.table, 'loki-proxy', directUrl);
}

async function startProxyProcess(table: ProcessTable, name: string, target: string): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [process.argv[1] ?? '', 'proxy', '--target', target, '--port', String(port)];
  const proxy = await startProcess(table, { name, command: process.execPath, args, port });
  await untilReady(proxy, `${url}/-/fault`);
  return url;
}

/** What to type now. */
function nextSteps(config: string, control: string, listen: number): string {
  return [
    'next:',
    `  npx drey run --config ${config}`,
    'and in a second terminal:',
    `  export DREY_SERVER=http://127.0.0.1:${listen} CONTROL=${control}`,
    '  npx drey jobs && npx drey explain topup',
    '',
  ].join('\n');
}

/** Rejects as soon as the signal aborts; what was being started is ended by the caller. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(new Error('interrupted'));
    if (signal.aborted) return aborted();
    signal.addEventListener('abort', aborted, { once: true });
    work.then(resolve, reject);
  });
}
