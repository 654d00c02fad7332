import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../controller/src/io/clock.ts';
import { createHttpClient } from '../../controller/src/io/http.ts';
import { silentLog } from '../../controller/src/io/log.ts';
import { layoutOf } from '../../controller/src/platforms/process/layout.ts';
import { ProcessPlatform } from '../../controller/src/platforms/process/platform.ts';
import { MARKERS } from '../../controller/src/platforms/process/processes.ts';
import { flinkRestFactory } from '../../controller/src/sources/flink-rest/client.ts';
import type { FlinkRest } from '../../controller/src/sources/flink-rest/contract.ts';
import { type DreyFiles, labFlinkConf, processSettings, writeDreyConfig } from './drey-config.ts';
import { recordFlinkProcesses } from './flink-status.ts';
import { labMarker } from './processes/marked.ts';
import { freePort } from './processes/port.ts';
import type { ProcessTable } from './processes/table.ts';
import { flinkFolder } from './provision/flink.ts';
import { topupPart } from './provision/topup.ts';
import { startTopup, type Topup } from './topup.ts';
import { type FlinkLine, versions } from './versions.ts';

/** A Flink cluster of the lab and its job. All have defaults. */
export interface FlinkOptions {
  /** Name of the cluster, and of its folder in the lab's. */
  readonly name?: string;
  /** Of its job; `local` when left out. Clusters on one Prometheus need different ones. */
  readonly namespace?: string;
  /** The line of Flink; `2.3` when left out. */
  readonly flinkVersion?: FlinkLine;
  readonly taskManagers?: number;
  readonly slotsPerTaskManager?: number;
  /** Of every vertex at the first start. */
  readonly parallelism?: number;
  /** Events/s at the start; 0.6 of what `parallelism` counting subtasks do when left out. */
  readonly rate?: number;
  /** More arguments of the example job, e.g. `['--count-ms', '20']`. */
  readonly args?: readonly string[];
  readonly flinkConf?: Readonly<Record<string, string | number | boolean>>;
  /** Fields of the policy's spec that replace the lab's own. */
  readonly policy?: Readonly<Record<string, unknown>>;
  /** False: the cluster runs without a job. */
  readonly submit?: boolean;
}

/** A running Flink cluster, made by the platform `process` itself, with what Drey needs to adopt it. */
export interface FlinkCluster {
  readonly name: string;
  readonly namespace: string;
  readonly line: FlinkLine;
  readonly folder: string;
  readonly drey: DreyFiles & { readonly listen: number; readonly telemetry: number };
  readonly checkpointDir: string;
  readonly platform: ProcessPlatform;
  readonly topup: Topup;
  /** Client for the JobManager as it is now: its port may change with a new one. */
  rest(): Promise<FlinkRest>;
  /** Starts the job, from a restore point where one is given; answers its Flink job id. */
  submit(savepointPath?: string): Promise<string>;
}

/** Where a cluster is started. */
export interface FlinkPlace {
  readonly cache: string;
  readonly table: ProcessTable;
  /** Base URL of the proxy in front of Prometheus. */
  readonly prometheus: string;
  /** The same for Loki; no Loki in Drey's configuration when left out. */
  readonly loki?: string;
  /** The cluster's own folder. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Milliseconds that the example job's counting operator takes for an event, unless told otherwise. */
const countMs = 10;

/** Starts a Flink cluster with the example job on it and writes Drey's configuration for it. */
export async function startFlink(options: FlinkOptions, place: FlinkPlace): Promise<FlinkCluster> {
  const { cache, table, folder } = place;
  const { name = 'lab', namespace = 'local', flinkVersion = '2.3', parallelism = 4, args = [] } = options;
  const jar = join(cache, (await topupPart(flinkVersion)).folder, 'topup.jar');
  const rate = options.rate ?? Math.round(0.6 * parallelism * (1000 / countMs));
  // Events arrive once the job runs: else it would begin with all that arrived during its start.
  const topup = await startTopup({ table, name: `${name}-topup`, jar, rate: 0 });
  const checkpointDir = join(folder, 'checkpoints');
  const [listen, telemetry] = [await freePort(), await freePort()];
  const jobArgs = ['--control', topup.url, '--out', topup.out, '--parallelism', String(parallelism), ...args];
  const files = await writeDreyConfig({
    folder,
    prometheus: place.prometheus,
    ...(place.loki !== undefined && { loki: place.loki }),
    listen,
    telemetry,
    cluster: {
      name,
      namespace,
      flinkHome: join(cache, flinkFolder(flinkVersion)),
      taskManagers: options.taskManagers ?? 1,
      slotsPerTaskManager: options.slotsPerTaskManager ?? 4,
      checkpointDir,
      jar,
      parallelism,
      args: jobArgs,
      flinkConf: { ...labFlinkConf(flinkVersion), ...options.flinkConf },
    },
    ...(options.policy !== undefined && { policy: options.policy }),
  });
  const flink = flinkRestFactory({ http: createHttpClient({ clock: systemClock }) });
  const platform = await startCluster(files, { flink, place, flinkVersion: versions.flink[flinkVersion].version });
  const rest = async (): Promise<FlinkRest> => {
    const url = (await platform.jobs())[0]?.restUrl;
    if (typeof url !== 'string') throw new Error(`cluster ${name} has no JobManager`);
    return flink(url);
  };
  const submit = async (savepointPath?: string): Promise<string> => {
    const client = await rest();
    const run = { jobId: randomBytes(16).toString('hex'), args: jobArgs, parallelism };
    return client.runJar(await client.uploadJar(jar), {
      ...run,
      ...(savepointPath !== undefined && { savepointPath }),
    });
  };
  if (options.submit !== false) await untilRunning(await rest(), await submit());
  await topup.rate(rate);
  return {
    name,
    namespace,
    line: flinkVersion,
    folder,
    drey: { ...files, listen, telemetry },
    checkpointDir,
    platform,
    topup,
    rest,
    submit,
  };
}

/** Starts the processes that the written configuration names, by the code that will adopt them later. */
async function startCluster(
  files: DreyFiles,
  { flink, place, flinkVersion }: { flink: (url: string) => FlinkRest; place: FlinkPlace; flinkVersion: string },
): Promise<ProcessPlatform> {
  const { stateDir } = files;
  const { table } = place;
  const config = await processSettings(files.config);
  await mkdir(stateDir, { recursive: true });
  for (const cluster of config.clusters) {
    const layout = layoutOf(cluster, stateDir);
    const marker = `${MARKERS.cluster}=${layout.id}`;
    const files = { stateDir, stateFile: layout.stateFile };
    table.addCluster({ name: cluster.name, flinkVersion, ...files, clusterId: layout.id, marker });
  }
  const { PATH = '', HOME = '', JAVA_HOME, TZ } = process.env;
  const env = {
    PATH,
    HOME,
    [labMarker]: table.folder,
    ...(JAVA_HOME !== undefined && { JAVA_HOME }),
    // Promtail reads the log's times in the time zone that it inherits.
    ...(TZ !== undefined && { TZ }),
  };
  const platform = new ProcessPlatform({ config, stateDir, flink, clock: systemClock, log: silentLog, env });
  try {
    await platform.bootstrap(place.signal);
  } finally {
    await recordFlinkProcesses(table);
  }
  return platform;
}

/** Waits until a run has all its subtasks. Throws when it ended or 60 s have passed. */
async function untilRunning(rest: FlinkRest, jobId: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const job = await rest.job(jobId);
    if (job.vertices.length > 0 && job.vertices.every((vertex) => vertex.status === 'RUNNING')) return;
    if (job.endedAt !== null || performance.now() > deadline) throw new Error(`job ${jobId} is ${job.state}`);
    await sleep(250);
  }
}
