import { type JobKey, type JobRef, jobKey } from '../core/model/job-key.ts';
import type { PlanStep } from '../core/model/remediation.ts';
import { SourceError } from '../io/errors.ts';
import {
  type Capabilities,
  type PlanRequest,
  type Platform,
  type PlatformJob,
  type StepContext,
  type StepFinding,
  UnsupportedError,
} from './contract.ts';
import { type FakeJob, type FakeJobOptions, createFakeJob, fakePod, fakeStatus } from './fake-job.ts';
import { type FakeCounters, fakeStep } from './fake-steps.ts';
import { CAPABILITIES_WITHOUT_JOBMANAGER, PROCESS_CAPABILITIES } from './process/capabilities.ts';
import { planSteps } from './process/plan.ts';

/** Steps whose effect is seen without Flink. */
const WITHOUT_REST = /^(?:stop-process|stop-all|start-taskmanager|start-jobmanager|prove-ended)/;

/** A failure to come. It is used up after `times` (default 1). */
export interface FakeFailure {
  /** Matches the step's name. */
  readonly step: RegExp;
  /** `before`: the write does not take effect; `after`: it does, and the sender is not told; `find`: no answer; `pending`: the look-up says Pending. */
  readonly when: 'before' | 'after' | 'find' | 'pending';
  readonly times?: number;
}

/** A write that took effect. */
export interface FakeEffect {
  readonly job: JobKey;
  readonly step: string;
  readonly key: string;
}

/**
 * A platform in memory with the steps of the platform process, for tests. It refuses a second effect of a key, as
 * the real one does, and counts what a runner must never do.
 */
export class FakePlatform implements Platform {
  readonly name = 'process';
  readonly world = new Map<JobKey, FakeJob>();
  /** In the order in which they happened. */
  readonly effects: FakeEffect[] = [];
  readonly counters: FakeCounters = { overlappingRuns: 0, emptyStarts: 0, stateLosses: 0 };
  /** Sends of what had taken effect: the runner did not ask `find` first. They have no second effect. */
  resends = 0;
  readonly #failures: { readonly failure: FakeFailure; left: number }[] = [];

  constructor(...jobs: readonly FakeJobOptions[]) {
    for (const options of jobs) {
      const job = createFakeJob(options);
      this.world.set(jobKey(refOf(job)), job);
    }
  }

  /** Makes the next matching calls fail. */
  fail(failure: FakeFailure): void {
    this.#failures.push({ failure, left: failure.times ?? 1 });
  }

  /** How often a step took effect again, whatever its key. For tests of one action: clear `effects` before another. */
  duplicatedEffects(): number {
    const seen = new Set(this.effects.map(({ job, step }) => `${job} ${step}`));
    return this.effects.length - seen.size;
  }

  /** The world of a job. Throws when there is none. */
  job(key: JobKey): FakeJob {
    const job = this.world.get(key);
    if (job === undefined) throw new Error(`no such job: ${key}`);
    return job;
  }

  jobs(): Promise<readonly PlatformJob[]> {
    return Promise.resolve([...this.world].map(([key, job]) => toPlatformJob(key, job)));
  }

  capabilities(job: PlatformJob): Capabilities {
    return job.status.jobManager === 'Running' ? PROCESS_CAPABILITIES : CAPABILITIES_WITHOUT_JOBMANAGER;
  }

  async plan(request: PlanRequest): Promise<readonly PlanStep[]> {
    const capability = this.capabilities(request.job)[request.action];
    if (capability !== 'yes') throw new UnsupportedError(capability.no);
    const job = this.job(request.job.key);
    const taskManagers = [...job.taskManagers].map(([pod, { key, alive }]) => ({ pod, identity: alive ? key : null }));
    const { incarnation, name } = job;
    const podName = (index: number): string => fakePod(name, index);
    return planSteps(request, { taskManagers, incarnation, podName, rescaleWaitsForCheckpoint: true });
  }

  async find(context: StepContext): Promise<StepFinding> {
    if (this.#due(context, 'find')) throw new Error(`pretended: no answer on ${context.step.step}`);
    const job = this.job(context.job.key);
    if (!job.jobManager.alive && !WITHOUT_REST.test(context.step.step)) {
      throw new SourceError('unreachable', `pretended: the JobManager of ${job.name} does not answer`);
    }
    const finding = fakeStep(context.step.step).find(job, context);
    if (finding.state === 'Done' && this.#due(context, 'pending')) return { state: 'Pending', detail: 'pretended' };
    return finding;
  }

  async send(context: StepContext): Promise<void> {
    const { step, key } = context.step;
    const kind = fakeStep(step);
    if (kind.send === undefined) throw new Error(`${step} writes nothing`);
    if (this.#due(context, 'before')) throw new Error(`pretended: ${step} was not sent`);
    const job = this.job(context.job.key);
    if (kind.find(job, context).state !== 'Absent') {
      this.resends += 1;
      return;
    }
    kind.send(job, context, this.counters);
    this.effects.push({ job: context.job.key, step, key });
    if (this.#due(context, 'after')) throw new Error(`pretended: no answer to ${step}`);
  }

  #due(context: StepContext, when: FakeFailure['when']): boolean {
    const next = this.#failures.find(
      ({ failure, left }) => left > 0 && failure.when === when && failure.step.test(context.step.step),
    );
    if (next === undefined) return false;
    next.left -= 1;
    return true;
  }
}

function refOf(job: FakeJob): JobRef {
  return { platform: 'process', namespace: job.namespace, kind: 'Job', name: job.name };
}

function toPlatformJob(key: JobKey, job: FakeJob): PlatformJob {
  return {
    ref: refOf(job),
    key,
    labels: {},
    jobName: job.name,
    restUrl: job.jobManager.alive ? `http://${job.name}` : null,
    checkpointDirs: ['/checkpoints'],
    status: fakeStatus(job),
  };
}
