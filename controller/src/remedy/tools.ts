import type { JobKey, PlatformName } from '../core/model/job-key.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { RestoreLook } from '../core/model/restore-point.ts';
import type { Clock } from '../io/clock.ts';
import { withDeadline } from '../io/deadline.ts';
import type { Log } from '../io/log.ts';
import type { Platform, PlatformJob } from '../platforms/contract.ts';
import type { Store } from '../store/contract.ts';
import type { Life } from './life.ts';
import type { ObservedJobs } from './observed-jobs.ts';

/** How long things may take, ms. */
export interface Timing {
  /** From beginning a step to its end. */
  readonly step: (step: string) => number;
  /** One look at the platform. */
  readonly findMs: number;
  /** One write. */
  readonly sendMs: number;
  /** One look at the restore points. */
  readonly chooseMs: number;
  /** A write that was sent may still take effect this long: only then is "no effect" believed. */
  readonly settleMs: number;
  /** How long a job that the platform does not list, or a platform that does not answer, is waited for at a resume. */
  readonly jobMs: number;
}

/** What every part of the remedy works with. */
export interface Tools {
  readonly store: Store;
  readonly platforms: ReadonlyMap<PlatformName, Platform>;
  /** All restore points of a job, from storage and Flink, read anew at each call. Throws when neither can be read. */
  readonly restorePoints: (job: PlatformJob, signal: AbortSignal) => Promise<RestoreLook>;
  readonly clock: Clock;
  readonly log: Log;
  readonly controllerId: string;
  readonly timing: Timing;
  readonly life: Life;
  readonly observed: ObservedJobs;
  /** Called after each journal write. */
  readonly onChange: (remediation: Remediation) => void;
}

const STEP_MS: Readonly<Record<string, number>> = {
  'choose-restore-point': 300_000,
  'start-run': 180_000,
  'start-jobmanager': 120_000,
  'start-taskmanager': 120_000,
  'await-taskmanagers': 120_000,
  'await-parallelism': 120_000,
  // Flink gives an idle slot back after 50 s, unless it is told otherwise.
  'stop-free-taskmanager': 180_000,
};

/** Times for real platforms. */
export const TIMING: Timing = {
  step: (step) => STEP_MS[step.split('/')[0] ?? ''] ?? 60_000,
  findMs: 10_000,
  sendMs: 30_000,
  chooseMs: 30_000,
  settleMs: 5000,
  jobMs: 300_000,
};

/** One call outside, with a deadline that holds even if the callee ignores its signal. Throws `Stopped` after the end. */
export async function ask<T>(
  { clock, life }: Pick<Tools, 'clock' | 'life'>,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  life.check();
  const answer = await withDeadline({ clock, ms, signal: life.signal }, (signal) => {
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error(`no answer within ${ms} ms`)), { once: true });
    });
    return Promise.race([call(signal), late]);
  });
  life.check();
  return answer;
}

/** Message of anything thrown, on one line of at most 1000 characters. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 1000);
}

/** The platform's view of a job now; undefined when it does not list it. Throws when it can't be asked. */
export async function lookUpJob(tools: Tools, platform: Platform, key: JobKey): Promise<PlatformJob | undefined> {
  const jobs = await ask(tools, tools.timing.findMs, (signal) => platform.jobs(signal));
  return jobs.find((job) => job.key === key);
}
