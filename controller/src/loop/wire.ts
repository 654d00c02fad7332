import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobKey } from '../core/model/job-key.ts';
import { createFile } from '../io/atomic-file.ts';
import type { Clock } from '../io/clock.ts';
import { createHttpClient } from '../io/http.ts';
import type { Log } from '../io/log.ts';
import { createObserver } from '../observe/observer.ts';
import { restoreLook } from '../observe/restore-look.ts';
import type { Platform } from '../platforms/contract.ts';
import { ProcessPlatform } from '../platforms/process/platform.ts';
import { Remedy } from '../remedy/remedy.ts';
import { createDecisionLog } from '../report/decision-log.ts';
import type { Metrics } from '../report/metrics.ts';
import { createTickHealth } from '../report/tick-health.ts';
import type { DreyConfig } from '../resources/config/config.ts';
import type { ApiModel } from '../report/api-model.ts';
import { flinkRestFactory } from '../sources/flink-rest/client.ts';
import type { CheckpointStorage, LogSource, MetricsSource } from '../sources/contract.ts';
import type { FlinkRestFactory } from '../sources/flink-rest/contract.ts';
import { loki } from '../sources/loki/client.ts';
import { prometheus } from '../sources/prometheus/client.ts';
import { DEFAULT_LABELS, rateWindowMs } from '../sources/prometheus/queries.ts';
import { fileStorage } from '../sources/storage/file-storage.ts';
import type { Store } from '../store/contract.ts';
import { openFileStore } from '../store/file/file-store.ts';
import { countRequests } from './count-requests.ts';
import { LogEvidence } from './log-evidence.ts';
import { Loop } from './loop.ts';
import type { LoopDeps } from './loop.ts';
import type { PolicySource } from './policy-source.ts';
import { remediationReport } from './remediation-report.ts';
import { type SourceClient, sourceClient } from './source-client.ts';
import { apiModel } from './views.ts';

/** What the loop is started with. */
export interface StartOptions {
  /** Checked, all paths absolute. */
  readonly config: DreyConfig;
  readonly policies: PolicySource;
  /** Environment of the processes that a platform starts. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Aborted when Drey shall stop. */
  readonly signal: AbortSignal;
}

/** The loop at work. */
export interface Running {
  /** Resolves when everything is written and closed after the abort; rejects when the loop can't go on. */
  readonly stopped: Promise<void>;
  readonly api: ApiModel;
}

/** How long a stop waits for an action to reach its next safe point, ms. */
const DRAIN_MS = 60_000;
/** How long a rescale in place stops a job: restart and restore of a small state on Flink 2.x, ms. */
const IN_PLACE_DOWNTIME_MS = 10_000;

/** Everything outside that the loop works on. */
export interface Ports {
  readonly store: Store;
  readonly platforms: readonly Platform[];
  readonly metrics: MetricsSource;
  /** Null where no logs are to be had. */
  readonly logs: LogSource | null;
  readonly flinkRest: FlinkRestFactory;
  readonly storage: CheckpointStorage;
  /** Closes what is open to the outside; called after the last tick. */
  close(): Promise<void>;
}

/** Opens the store, adopts or starts what the platforms run, resumes what was left open, and ticks. */
export async function startDrey(options: StartOptions): Promise<Running> {
  const { config, clock, log } = options;
  const store = await openFileStore({ folder: config.store.file, clock, log });
  try {
    return await startOn(await openPorts(store, options), options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openPorts(store: Store, options: StartOptions): Promise<Ports> {
  const { config, clock, metrics } = options;
  const counted = (client: SourceClient, source: string): SourceClient => ({
    ...client,
    http: countRequests(client.http, source, metrics),
  });
  const flinkHttp = createHttpClient({ clock });
  const flinkRest = flinkRestFactory({ http: countRequests(flinkHttp, 'flink-rest', metrics) });
  const platforms = await openPlatforms(options, flinkRest);
  const toPrometheus = sourceClient(config.sources.prometheus, clock);
  const toLoki = config.sources.loki === undefined ? null : sourceClient(config.sources.loki, clock);
  return {
    store,
    platforms,
    metrics: prometheus(counted(toPrometheus, 'prometheus')),
    logs: toLoki === null ? null : loki(counted(toLoki, 'loki')),
    flinkRest,
    storage: fileStorage(),
    async close() {
      await store.close();
      for (const http of [flinkHttp, toPrometheus.http, toLoki?.http]) http?.close();
    },
  };
}

/** The loop on ports that are open already: real ones, or those of a simulated fleet. */
export async function startOn(ports: Ports, options: Omit<StartOptions, 'environment'>): Promise<Running> {
  const { config, policies, clock, log, metrics, signal } = options;
  const { store, platforms, flinkRest, storage } = ports;
  const scrapeMs = config.sources.prometheus.scrapeInterval;
  const { labels } = config.sources.prometheus;
  const settings = { scrapeMs, tickMs: config.tick };
  const observer = createObserver({
    metrics: ports.metrics,
    logs: ports.logs,
    flinkRest,
    storage,
    clock,
    settings,
    labels,
    ...(config.sources.loki && { logLabels: config.sources.loki.labels }),
  });
  const remedy = new Remedy({
    store,
    platforms,
    restorePoints: restoreLook({
      flinkRest,
      storage,
      runOf: (key: JobKey) => loop.runOf(key),
      remembered: (key: JobKey) => remedy.memory(key)?.newestRestorePoint ?? null,
    }),
    clock,
    log,
    ids: () => randomBytes(16).toString('hex'),
    controllerId: await controllerId(config.store.file),
    onChange: remediationReport(log, metrics),
  });
  const health = createTickHealth(clock, config.tick);
  const decisions = createDecisionLog({ file: join(config.store.file, 'decisions.jsonl'), clock, log });
  const loop: Loop = new Loop({
    platforms,
    observer,
    logEvidence: new LogEvidence({ logs: ports.logs, labels: config.sources.loki?.labels ?? DEFAULT_LABELS, clock }),
    remedy,
    policies,
    limits: limitsOf(config),
    clock,
    log,
    metrics,
    decisions,
    health,
    settings: { tickMs: config.tick, rateWindowMs: rateWindowMs(scrapeMs), downtimeMs: IN_PLACE_DOWNTIME_MS },
  });
  await remedy.resume();
  const stopped = run();
  return { stopped, api: apiModel({ states: () => loop.states, policies, remedy, clock, health }) };

  async function run(): Promise<void> {
    try {
      await loop.run(signal);
    } finally {
      const left = await remedy.drain(DRAIN_MS);
      if (left.length > 0)
        log.warn('stopped in an action; it goes on after the next start', { names: left.map((one) => one.name) });
      await decisions.flush();
      await ports.close();
    }
  }
}

async function openPlatforms(
  { config, environment, clock, log, signal }: StartOptions,
  flink: FlinkRestFactory,
): Promise<readonly Platform[]> {
  const platforms: Platform[] = [];
  for (const { process } of config.platforms) {
    const platform = new ProcessPlatform({
      config: process,
      stateDir: config.store.file,
      flink,
      clock,
      log,
      env: environment,
    });
    const clusters = await platform.bootstrap(signal);
    log.info('platform is ready', { platform: platform.name, clusters });
    platforms.push(platform);
  }
  return platforms;
}

function limitsOf({ limits }: DreyConfig): LoopDeps['limits'] {
  const { share, atLeast, within } = limits.massFailure;
  return { concurrent: limits.concurrent, massFailure: { share, atLeast, withinMs: within } };
}

/** Who this Drey is, over its restarts: actions of another one on the same objects are told apart by it. */
async function controllerId(folder: string): Promise<string> {
  const file = join(folder, 'controller-id');
  await createFile(file, `${randomBytes(8).toString('hex')}\n`);
  return (await readFile(file, 'utf8')).trim();
}
