import { type JobKey, type JobRef, jobKey } from '../core/model/job-key.ts';
import type { PlanStep } from '../core/model/remediation.ts';
import type { Capabilities, PlanRequest, Platform, PlatformJob, StepContext, StepFinding } from './contract.ts';
import { type FakeJob, type FakeJobOptions, createFakeJob, fakePod, fakeStatus } from './fake-job.ts';
import { type FakeCounters, fakeStep } from './fake-steps.ts';
import { PROCESS_CAPABILITIES } from './process/capabilities.ts';
import { planSteps } from './process/plan.ts';

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
  /** Sends of a key that had taken effect: the runner did not ask `find` first. */
  resends = 0;
  private failures: { readonly failure: FakeFailure; left: number }[] = [];

  constructor(...jobs: readonly FakeJobOptions[]) {
    for (const options of jobs) {
      const job = createFakeJob(options);
      this.world.set(jobKey(refOf(job)), job);
    }
  }

  /** Makes the next matching calls fail. */
  fail(failure: FakeFailure): void {
    this.failures.push({ failure, left: failure.times ?? 1 });
  }

  /** How often a step of one name took effect more than once for one job: 0 when all went well. */
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

  capabilities(): Capabilities {
    return PROCESS_CAPABILITIES;
  }

  async plan(request: PlanRequest): Promise<readonly PlanStep[]> {
    const job = this.job(request.job.key);
    const taskManagers = [...job.taskManagers].map(([pod, { key, alive }]) => ({ pod, identity: alive ? key : null }));
    const facts = { taskManagers, incarnation: job.incarnation, podName: (index: number) => fakePod(job.name, index) };
    return planSteps(request, facts);
  }

  async find(context: StepContext): Promise<StepFinding> {
    if (this.due(context, 'find')) throw new Error(`pretended: no answer on ${context.step.step}`);
    const finding = fakeStep(context.step.step).find(this.job(context.job.key), context);
    if (finding.state === 'Done' && this.due(context, 'pending')) return { state: 'Pending', detail: 'pretended' };
    return finding;
  }

  async send(context: StepContext): Promise<void> {
    const { step, key } = context.step;
    const kind = fakeStep(step);
    if (kind.send === undefined) throw new Error(`${step} writes nothing`);
    if (this.due(context, 'before')) throw new Error(`pretended: ${step} was not sent`);
    const job = context.job.key;
    if (this.effects.some((effect) => effect.job === job && effect.step === step && effect.key === key)) {
      this.resends += 1;
      return;
    }
    kind.send(this.job(job), context, this.counters);
    this.effects.push({ job, step, key });
    if (this.due(context, 'after')) throw new Error(`pretended: no answer to ${step}`);
  }

  private due(context: StepContext, when: FakeFailure['when']): boolean {
    const next = this.failures.find(
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
