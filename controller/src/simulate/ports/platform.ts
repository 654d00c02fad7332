import { type JobRef, jobKey } from '../../core/model/job-key.ts';
import type { PlanStep } from '../../core/model/remediation.ts';
import { SourceError } from '../../io/errors.ts';
import {
  type Capabilities,
  type PlanRequest,
  type Platform,
  type PlatformJob,
  type StepContext,
  type StepFinding,
  UnsupportedError,
} from '../../platforms/contract.ts';
import { CAPABILITIES_WITHOUT_JOBMANAGER, PROCESS_CAPABILITIES } from '../../platforms/process/capabilities.ts';
import { planSteps } from '../../platforms/process/plan.ts';
import { checkpointDir } from '../model/checkpoints.ts';
import type { SimulatedJob } from '../model/job.ts';
import type { Audit } from './audit.ts';
import { stepKind } from './steps.ts';
import { jobManagerPod, jobOf, NAMESPACE, refuseWhileDown, restUrlOf, type World } from './world.ts';

/** Steps whose effect is seen without Flink. */
const WITHOUT_REST = /^(?:stop-process|stop-all|start-taskmanager|start-jobmanager|prove-ended)/;

/** The platform `simulated`: clusters of the model, with the steps of the platform process. */
export class SimulatedPlatform implements Platform {
  readonly name = 'simulated';
  readonly #world: World;
  readonly #audit: Audit;

  constructor(world: World, audit: Audit) {
    this.#world = world;
    this.#audit = audit;
  }

  async jobs(): Promise<readonly PlatformJob[]> {
    this.#ask();
    return [...this.#world.model.jobs.values()].map(toPlatformJob);
  }

  capabilities(job: PlatformJob): Capabilities {
    return job.status.jobManager === 'Running' ? PROCESS_CAPABILITIES : CAPABILITIES_WITHOUT_JOBMANAGER;
  }

  async plan(request: PlanRequest): Promise<readonly PlanStep[]> {
    this.#ask();
    const capability = this.capabilities(request.job)[request.action];
    if (capability !== 'yes') throw new UnsupportedError(capability.no);
    const job = jobOf(this.#world, request.job.ref.name);
    const { taskManagers } = job;
    const facts = {
      taskManagers: taskManagers.all.map(({ pod, identity, state }) => ({
        pod,
        identity: state === 'ended' ? null : identity,
      })),
      incarnation: job.jobManager.incarnation,
      podName: (index: number) => taskManagers.podName(index),
      rescaleWaitsForCheckpoint: true,
    };
    if (request.action !== 'Rescale' || job.spec.schedulerMode === 'in-place') return planSteps(request, facts);
    return redeploy(request, (action) => planSteps({ ...request, action }, facts));
  }

  async find(context: StepContext): Promise<StepFinding> {
    const job = this.#job(context);
    return stepKind(context.step.step).find({ job, context });
  }

  async send(context: StepContext): Promise<void> {
    const job = this.#job(context);
    const kind = stepKind(context.step.step);
    if (kind.send === undefined) throw new UnsupportedError(`${context.step.step} writes nothing`);
    const before = kind.find({ job, context });
    if (before.state === 'Failed') throw new Error(before.detail);
    if (before.state !== 'Absent') {
      this.#audit.resent();
      return;
    }
    this.#audit.write(job, context);
    kind.send({ job, context });
  }

  #job(context: StepContext): SimulatedJob {
    this.#ask();
    const job = jobOf(this.#world, context.job.ref.name);
    if (job.jobManager.answers || WITHOUT_REST.test(context.step.step)) return job;
    throw new SourceError('unreachable', `the JobManager of ${job.name} does not answer`);
  }

  #ask(): void {
    this.#world.advance();
    refuseWhileDown(this.#world, 'platform');
  }
}

/** TaskManagers first, then the run is stopped and started with its new size, then what is free goes. */
function redeploy(
  request: PlanRequest,
  planOf: (action: 'ScaleTaskManagers' | 'RestartFromCheckpoint') => readonly PlanStep[],
): readonly PlanStep[] {
  if (Object.keys(request.params.parallelism ?? {}).length === 0) {
    throw new UnsupportedError('Rescale needs a parallelism for every vertex');
  }
  const scale = request.params.taskManagers === undefined ? [] : planOf('ScaleTaskManagers');
  const isStop = ({ step }: PlanStep): boolean => step.startsWith('stop-free-taskmanager/');
  return [
    ...scale.filter((step) => !isStop(step)),
    ...planOf('RestartFromCheckpoint'),
    ...scale.filter((step) => isStop(step)),
  ];
}

function toPlatformJob(job: SimulatedJob): PlatformJob {
  const ref: JobRef = { platform: 'simulated', namespace: NAMESPACE, kind: 'Job', name: job.name };
  const { all, running, slotsEach } = job.taskManagers;
  return {
    ref,
    key: jobKey(ref),
    labels: { job: job.name },
    jobName: job.name,
    restUrl: job.jobManager.state === 'ended' ? null : restUrlOf(job.name),
    checkpointDirs: [checkpointDir(job.name)],
    status: {
      jobManager: job.jobManager.state === 'ended' ? 'Ended' : 'Running',
      taskManagers: {
        wanted: all.length,
        running: running.length,
        ended: all.filter(({ state }) => state === 'ended').map(({ pod }) => pod),
      },
      slotsPerTaskManager: slotsEach,
      busy: replacing(job),
      owner: null,
      pods: { jobManagers: [jobManagerPod(job.name)], taskManagers: all.map(({ pod }) => pod) },
    },
  };
}

/** Faults whose TaskManagers the platform brings back by itself. */
const REPLACED = ['taskManagerLost', 'nodeLost', 'outOfMemory'] as const;

/** The platform itself brings back what it lost. */
function replacing(job: SimulatedJob): string | null {
  if (!REPLACED.some((kind) => job.has(kind))) return null;
  const pods = job.taskManagers.all.filter(({ state }) => state !== 'running').map(({ pod }) => pod);
  return pods.length === 0 ? null : `the platform starts ${pods.join(', ')} again`;
}
