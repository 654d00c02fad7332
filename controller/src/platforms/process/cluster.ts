import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../io/atomic-file.ts';
import type { Clock } from '../../io/clock.ts';
import { KeyedMutex } from '../../io/keyed-mutex.ts';
import { type ClusterState, type MemoryOptions, readClusterState, writeClusterState } from './cluster-state.ts';
import type { ProcessClusterConfig } from './config.ts';
import { LOG4J_PROPERTIES, flinkOptions, renderFlinkConf } from './flink-conf.ts';
import { hashOf } from './hash.ts';
import { type Distribution, memoryOptions, readDistribution } from './java.ts';
import { launch } from './launch.ts';
import { type Layout, layoutOf } from './layout.ts';
import { freePorts, portOrFree } from './ports.ts';
import { type ClusterProcess, clusterProcesses } from './processes.ts';

/** One process of a pod to start. */
export interface StartRequest {
  readonly pod: string;
  readonly step: string;
  /** Of the JobManager that it belongs to. */
  readonly incarnation: number;
}

/** What a cluster is made of. */
export interface ClusterDeps {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
}

/** A Flink session cluster: its record on disk, its living processes, and how one is started. */
export class Cluster {
  readonly config: ProcessClusterConfig;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly #env: Readonly<Record<string, string>>;
  readonly #writes = new KeyedMutex();

  constructor(config: ProcessClusterConfig, deps: ClusterDeps) {
    this.config = config;
    this.layout = layoutOf(config, deps.stateDir);
    this.clock = deps.clock;
    this.#env = deps.env;
  }

  /** Null for a cluster that was never started, or whose state folder was lost. */
  state(): Promise<ClusterState | null> {
    return readClusterState(this.layout.stateFile);
  }

  /** Changes the record; a cluster without one gets its ports first. Writers come one after the other. */
  update(change: (state: ClusterState) => ClusterState): Promise<ClusterState> {
    return this.#writes.run('state', async () => {
      const before = (await this.state()) ?? (await this.#newState());
      const next = change(before);
      await writeClusterState(this.layout.stateFile, next);
      return next;
    });
  }

  processes(): Promise<readonly ClusterProcess[]> {
    return clusterProcesses(this.layout.id);
  }

  /** The processes of the current incarnation that are the pods themselves. */
  async pods(state: ClusterState): Promise<ReadonlyMap<string, ClusterProcess>> {
    const all = await this.processes();
    return new Map(
      all.filter(({ main, incarnation }) => main && incarnation === state.incarnation).map((it) => [it.pod, it]),
    );
  }

  /** Starts a pod's process and records it. Throws while the pod has a living one. */
  async start(request: StartRequest): Promise<void> {
    const alive = (await this.processes()).find(({ main, pod }) => main && pod === request.pod);
    if (alive !== undefined) throw new Error(`${request.pod} runs already as ${alive.identity}`);
    const isJobManager = request.pod === this.layout.jobManager;
    const distribution = await readDistribution(this.config.flinkHome);
    const { state, options } = await this.#prepare(request.pod, distribution);
    const memory = await this.#memory(options, distribution);
    const identity = await launch(
      {
        component: isJobManager ? 'jobmanager' : 'taskmanager',
        ...request,
        metricsPort: state.metricsPorts[request.pod] ?? 0,
        memory: isJobManager ? memory.jobManager : memory.taskManager,
      },
      { layout: this.layout, java: this.config.java, distribution, options, env: this.#env },
    );
    const started = { step: request.step, identity, at: this.clock.now() };
    await this.update((now) => ({ ...now, started: { ...now.started, [request.pod]: started } }));
  }

  async #newState(): Promise<ClusterState> {
    const [restPort = 0, rpcPort = 0] = await freePorts(2);
    return {
      version: 1,
      bootstrapped: false,
      incarnation: 0,
      restPort,
      rpcPort,
      taskManagers: Array.from({ length: this.config.taskManagers }, (_, index) => this.layout.taskManager(index)),
      metricsPorts: {},
      started: {},
      parallelism: {},
      memory: null,
    };
  }

  /** Ports that are free for this pod, and the configuration folder written with them. */
  async #prepare(
    pod: string,
    { line }: Distribution,
  ): Promise<{ readonly state: ClusterState; readonly options: Readonly<Record<string, string>> }> {
    const before = await this.update((state) => state);
    const isJobManager = pod === this.layout.jobManager;
    const promised = new Set([before.restPort, before.rpcPort, ...Object.values(before.metricsPorts)]);
    const metricsPort = await portOrFree(before.metricsPorts[pod], promised);
    promised.add(metricsPort);
    const restPort = isJobManager ? await portOrFree(before.restPort, promised) : before.restPort;
    promised.add(restPort);
    const rpcPort = isJobManager ? await portOrFree(before.rpcPort, promised) : before.rpcPort;
    const state = await this.update((now) => ({
      ...now,
      restPort,
      rpcPort,
      metricsPorts: { ...now.metricsPorts, [pod]: metricsPort },
    }));
    const options = flinkOptions(this.config, state, line);
    await mkdir(this.layout.conf, { recursive: true });
    await mkdir(this.config.checkpointDir, { recursive: true });
    const file = line === 1 ? 'flink-conf.yaml' : 'config.yaml';
    await replaceFile(join(this.layout.conf, file), renderFlinkConf(options, line));
    await replaceFile(join(this.layout.conf, 'log4j.properties'), LOG4J_PROPERTIES);
    return { state, options };
  }

  /** Asked of Flink once a configuration: two Java starts of a second each. */
  async #memory(options: Readonly<Record<string, string>>, distribution: Distribution): Promise<MemoryOptions> {
    const relevant = Object.entries(options).filter(([key]) => !/(?:port|address)$/.test(key));
    const hash = hashOf(JSON.stringify([this.config.flinkHome, relevant]));
    return this.#writes.run('memory', async () => {
      const known = (await this.state())?.memory;
      if (known?.hash === hash) return known;
      const ask = (component: 'JM' | 'TM') =>
        memoryOptions(this.config.java, distribution, { component, conf: this.layout.conf, env: this.#env });
      const [jobManager, taskManager] = await Promise.all([ask('JM'), ask('TM')]);
      const memory = { hash, jobManager, taskManager };
      await this.update((state) => ({ ...state, memory }));
      return memory;
    });
  }
}
