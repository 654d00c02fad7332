import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { dreyConfig as configSchema } from '../../controller/src/resources/config/config.ts';
import { resolvePaths } from '../../controller/src/resources/config/paths.ts';
import type { ProcessPlatformSettings } from '../../controller/src/resources/config/process.ts';
import type { FlinkLine } from './versions.ts';

/** What a lab's configuration of Drey is made of. */
export interface DreySetup {
  /** Folder of configuration, policy and state. */
  readonly folder: string;
  /** Base URL of the proxy in front of Prometheus. */
  readonly prometheus: string;
  /** The same for Loki. */
  readonly loki?: string;
  readonly listen: number;
  readonly telemetry: number;
  readonly cluster: ClusterSetup;
  /** The spec of the lab's policy, merged over the lab's own. */
  readonly policy?: Readonly<Record<string, unknown>>;
}

/** A Flink cluster with the example job on it. */
export interface ClusterSetup {
  readonly name: string;
  /** Of its job: jobs of one name are told apart by it. */
  readonly namespace: string;
  readonly flinkHome: string;
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
  readonly checkpointDir: string;
  readonly jar: string;
  readonly parallelism: number;
  readonly args: readonly string[];
  readonly flinkConf: Readonly<Record<string, string | number | boolean>>;
}

/** Files that `writeDreyConfig` wrote. */
export interface DreyFiles {
  readonly config: string;
  readonly policy: string;
  readonly stateDir: string;
}

/** Restarts after failures before the lab's Flink gives a job up. */
export const RESTART_ATTEMPTS = 3;

/** Flink as the lab runs it: losses are noticed within 10 s, rescales begin within seconds, little memory. */
export function labFlinkConf(line: FlinkLine): ClusterSetup['flinkConf'] {
  const adaptive = 'jobmanager.adaptive-scheduler';
  const common = {
    'jobmanager.scheduler': 'adaptive',
    'heartbeat.interval': '2 s',
    'heartbeat.timeout': '10 s',
    'restart-strategy.type': 'fixed-delay',
    'restart-strategy.fixed-delay.attempts': RESTART_ATTEMPTS,
    // The slots of a killed TaskManager are tried again until two heartbeats failed: the attempts must outlast that.
    'restart-strategy.fixed-delay.delay': '3 s',
    // Many small JVMs on few cores: without the optimising compiler a start costs half.
    'env.java.opts.all': '-XX:+UseSerialGC -XX:TieredStopAtLevel=1',
    'execution.checkpointing.num-retained': 3,
    // Few events wait in buffers when a vertex falls behind, so that checkpoints pass quickly.
    'taskmanager.memory.segment-size': '4kb',
    'taskmanager.network.memory.buffer-debloat.enabled': true,
    // Seven series a split since Flink 2.1: nobody asks for them.
    'metrics.reporter.prom.filter.excludes': '*.split.*',
    'taskmanager.memory.managed.fraction': 0.1,
    'taskmanager.memory.jvm-metaspace.size': '128m',
  };
  // The same times by the options of each line; Flink 1.20 has no wait of its own before it changes a running job.
  if (line === '1.20') {
    return {
      ...common,
      [`${adaptive}.resource-stabilization-timeout`]: '2 s',
      [`${adaptive}.scaling-interval.min`]: '5 s',
    };
  }
  return {
    ...common,
    [`${adaptive}.submission.resource-stabilization-timeout`]: '2 s',
    [`${adaptive}.executing.cooldown-after-rescaling`]: '5 s',
    [`${adaptive}.executing.resource-stabilization-timeout`]: '3 s',
  };
}

/** Writes `drey.yaml` and `policy.yaml`: scrape and tick 5 s, acting, one Flink cluster. */
export async function writeDreyConfig(setup: DreySetup): Promise<DreyFiles> {
  const files = {
    config: join(setup.folder, 'drey.yaml'),
    policy: join(setup.folder, 'policy.yaml'),
    stateDir: join(setup.folder, 'state'),
  };
  await mkdir(setup.folder, { recursive: true });
  await writeFile(files.config, stringify(dreyConfig(setup)));
  await writeFile(files.policy, stringify(policy(setup)));
  return files;
}

/** The process platform of a configuration file, as Drey itself would read it. */
export async function processSettings(file: string): Promise<ProcessPlatformSettings> {
  const config = resolvePaths(configSchema.parse(parse(await readFile(file, 'utf8'))), dirname(file));
  const settings = config.platforms[0]?.process;
  if (settings === undefined) throw new Error(`${file} names no platform`);
  return settings;
}

function dreyConfig({ prometheus, loki, listen, telemetry, cluster }: DreySetup): object {
  const { jar, parallelism, args, ...rest } = cluster;
  return {
    apiVersion: 'drey.dev/v1alpha1',
    kind: 'DreyConfig',
    listen: `127.0.0.1:${listen}`,
    telemetry: `127.0.0.1:${telemetry}`,
    tick: '5s',
    store: { file: './state' },
    policies: ['policy.yaml'],
    sources: {
      prometheus: { url: prometheus, scrapeInterval: '5s', deadline: '3s' },
      ...(loki !== undefined && { loki: { url: loki } }),
    },
    platforms: [
      {
        process: {
          clusters: [
            {
              ...rest,
              taskManagerMemory: '1024m',
              jobManagerMemory: '1024m',
              job: { name: 'topup', jar, args, parallelism },
            },
          ],
        },
      },
    ],
  };
}

function policy({ policy: more, cluster: { namespace } }: DreySetup): object {
  const spec = {
    mode: 'Act',
    autoscale: { maxLag: '30s', catchUp: '2m', taskManagers: { max: 10 } },
    ...more,
  };
  return {
    apiVersion: 'drey.dev/v1alpha1',
    kind: 'FlinkPolicy',
    metadata: { name: 'lab', namespace },
    spec,
  };
}
