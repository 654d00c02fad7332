import { isAdaptive, rescaleWaitsForCheckpoint } from '../../core/model/flink-lines.ts';
import { type JobKey, type JobRef, jobKey } from '../../core/model/job-key.ts';
import type { PlanStep } from '../../core/model/remediation.ts';
import type { PlatformStatus } from '../../core/model/snapshot.ts';
import type { Clock } from '../../io/clock.ts';
import type { Log } from '../../io/log.ts';
import type {
  Capabilities,
  LivingTaskManager,
  PlanRequest,
  Platform,
  PlatformJob,
  StepContext,
  StepFinding,
} from '../contract.ts';
import { UnsupportedError } from '../contract.ts';
import { type BootstrapResult, bootstrapCluster } from './bootstrap.ts';
import { CAPABILITIES_WITHOUT_JOBMANAGER, PROCESS_CAPABILITIES } from './capabilities.ts';
import { Cluster } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ProcessPlatformConfig } from './config.ts';
import type { FlinkControlFactory } from './flink-control.ts';
import { planSteps } from './plan.ts';
import type { ClusterProcess } from './processes.ts';
import { stepKind } from './steps/kinds.ts';
import type { StepTarget } from './steps/step.ts';
import { TargetFiles } from './targets.ts';

/** What the platform is built from. */
export interface ProcessPlatformDeps {
  readonly config: ProcessPlatformConfig;
  /** Drey's state folder; must exist. */
  readonly stateDir: string;
  readonly flink: FlinkControlFactory;
  readonly clock: Clock;
  readonly log: Log;
  /** Environment of the processes, PATH included; the markers are added. */
  readonly env: Readonly<Record<string, string>>;
}

/** The platform `process`: Flink session clusters whose JobManager and TaskManagers are processes of this machine. */
export class ProcessPlatform implements Platform {
  readonly name = 'process';
  readonly #clusters: ReadonlyMap<JobKey, Cluster>;
  readonly #flink: FlinkControlFactory;
  readonly #log: Log;
  readonly #targets = new TargetFiles();

  constructor(deps: ProcessPlatformDeps) {
    const clusters = deps.config.clusters.map((config) => new Cluster(config, deps));
    this.#clusters = new Map(clusters.map((cluster) => [jobKey(refOf(cluster)), cluster]));
    this.#flink = deps.flink;
    this.#log = deps.log;
  }

  /** Starts the clusters that are brand-new, one after the other; adopts the others. By cluster name. */
  async bootstrap(signal: AbortSignal): Promise<Readonly<Record<string, BootstrapResult>>> {
    const results: Record<string, BootstrapResult> = {};
    for (const cluster of this.#clusters.values()) {
      results[cluster.config.name] = await bootstrapCluster(cluster, this.#flink, signal);
    }
    await this.jobs();
    return results;
  }

  /** Also brings the discovery files up to date. */
  async jobs(): Promise<readonly PlatformJob[]> {
    const looks = await Promise.allSettled([...this.#clusters].map(([key, cluster]) => this.#job(key, cluster)));
    const failed = looks.filter((look) => look.status === 'rejected');
    if (failed.length === looks.length && failed[0] !== undefined) throw failed[0].reason;
    // One cluster whose record is broken does not hide the others.
    for (const { reason } of failed) this.#log.error('a cluster can not be looked at', { error: reason });
    return looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []));
  }

  capabilities(job: PlatformJob): Capabilities {
    return job.status.jobManager === 'Running' ? PROCESS_CAPABILITIES : CAPABILITIES_WITHOUT_JOBMANAGER;
  }

  async plan(request: PlanRequest): Promise<readonly PlanStep[]> {
    const cluster = this.#cluster(request.job.key);
    const capability = this.capabilities(request.job)[request.action];
    if (capability !== 'yes') throw new UnsupportedError(capability.no);
    const state = await cluster.state();
    const waits = request.action === 'Rescale' ? await this.#rescaleWaits(request, state) : true;
    const alive = state === null ? new Map<string, ClusterProcess>() : await cluster.pods(state);
    const pods = state?.taskManagers ?? firstPods(cluster);
    // Processes may be newer than the record, where the state folder was lost or came from a backup.
    const incarnations = (await cluster.processes()).map(({ incarnation }) => incarnation);
    return planSteps(request, {
      taskManagers: pods.map((pod) => ({ pod, identity: alive.get(pod)?.identity ?? null })),
      incarnation: Math.max(state?.incarnation ?? 0, ...incarnations),
      podName: cluster.layout.taskManager,
      rescaleWaitsForCheckpoint: waits,
    });
  }

  async find(context: StepContext): Promise<StepFinding> {
    return stepKind(context.step.step).find(await this.#target(context));
  }

  async send(context: StepContext): Promise<void> {
    const kind = stepKind(context.step.step);
    if (kind.send === undefined) throw new UnsupportedError(`${context.step.step} writes nothing`);
    await kind.send(await this.#target(context));
  }

  /** Whether this Flink rescales with a checkpoint. Throws where the job's scheduler can't rescale. */
  async #rescaleWaits({ flinkJobId }: PlanRequest, state: ClusterState | null): Promise<boolean> {
    const url = restUrl(state);
    if (url === null || flinkJobId === null) return true;
    const rest = this.#flink(url);
    const { scheduler } = await rest.job(flinkJobId);
    // Where the name is not told Flink's refusal of the write tells.
    if (isAdaptive(scheduler) === false)
      throw new UnsupportedError(`the job runs with the scheduler ${scheduler}: set jobmanager.scheduler to adaptive`);
    return rescaleWaitsForCheckpoint((await rest.overview()).version);
  }

  async #target(context: StepContext): Promise<StepTarget> {
    const cluster = this.#cluster(context.job.key);
    const state = await cluster.state();
    return { cluster, context, state, rest: this.#flink(restUrl(state) ?? 'http://127.0.0.1:0') };
  }

  #cluster(key: JobKey): Cluster {
    const cluster = this.#clusters.get(key);
    if (cluster === undefined) throw new UnsupportedError(`no cluster of this configuration runs ${key}`);
    return cluster;
  }

  async #job(key: JobKey, cluster: Cluster): Promise<PlatformJob> {
    const state = await cluster.state();
    const alive = state === null ? new Map<string, ClusterProcess>() : await cluster.pods(state);
    const orphans = state === null ? (await cluster.processes()).length : 0;
    await this.#targets.write(cluster, state, new Set(alive.keys()));
    return {
      ref: refOf(cluster),
      key,
      labels: {},
      jobName: cluster.config.job.name,
      restUrl: restUrl(state),
      checkpointDirs: [cluster.config.checkpointDir],
      taskManagers: livingTaskManagers(state, alive),
      status: statusOf(cluster, state, new Set(alive.keys()), orphans),
    };
  }
}

function refOf(cluster: Cluster): JobRef {
  return { platform: 'process', namespace: cluster.config.namespace, kind: 'Job', name: cluster.config.job.name };
}

function restUrl(state: ClusterState | null): string | null {
  return state === null ? null : `http://127.0.0.1:${state.restPort}`;
}

function firstPods(cluster: Cluster): readonly string[] {
  return Array.from({ length: cluster.config.taskManagers }, (_, index) => cluster.layout.taskManager(index));
}

function livingTaskManagers(
  state: ClusterState | null,
  alive: ReadonlyMap<string, ClusterProcess>,
): readonly LivingTaskManager[] {
  return (state?.taskManagers ?? []).flatMap((pod) => {
    const process = alive.get(pod);
    if (process === undefined) return [];
    const start = state?.started[pod];
    return [{ pod, startedAt: start?.identity === process.identity ? start.at : null }];
  });
}

/** Nothing is done to processes whose record is gone: that a file was lost is no sickness of theirs. */
function busyWith(state: ClusterState | null, orphans: number): string | null {
  if (state === null && orphans > 0) {
    return `the record of this cluster is gone while ${orphans} of its processes run: put it back, or end them`;
  }
  return state !== null && !state.bootstrapped ? 'the cluster starts for the first time' : null;
}

function statusOf(
  cluster: Cluster,
  state: ClusterState | null,
  alive: ReadonlySet<string>,
  orphans: number,
): PlatformStatus {
  const pods = state?.taskManagers ?? firstPods(cluster);
  const jobManager = cluster.layout.jobManager;
  return {
    jobManager: alive.has(jobManager) ? 'Running' : state?.started[jobManager] === undefined ? 'Missing' : 'Ended',
    taskManagers: {
      wanted: pods.length,
      running: pods.filter((pod) => alive.has(pod)).length,
      ended: pods.filter((pod) => !alive.has(pod)),
    },
    pods: { jobManagers: [jobManager], taskManagers: pods },
    slotsPerTaskManager: cluster.config.slotsPerTaskManager,
    busy: busyWith(state, orphans),
    owner: null,
  };
}
