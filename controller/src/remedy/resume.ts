import type { PlatformJob } from '../platforms/contract.ts';
import { close, execute } from './execute.ts';
import type { Journal } from './journal.ts';
import { look } from './step.ts';
import type { Run } from './step.ts';
import { lookUpJob, messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

const AGAIN_MS = 1000;

/**
 * What becomes of a remediation that an earlier process left open. What had an effect goes on to its end, also past
 * `notAfter`: a job is never left between stop and start. What had none is not begun on old evidence.
 */
export async function takeUp(journal: Journal, tools: Tools): Promise<void> {
  const { spec, status } = journal.remediation;
  const expired = tools.clock.now() > spec.notAfter;
  if (spec.controller !== tools.controllerId) {
    return close({ journal }, { phase: 'Expired', outcome: `it belongs to ${spec.controller}` }, tools);
  }
  if (status.phase === 'Verifying') return;
  if (status.phase === 'AwaitingApproval') {
    if (expired) await close({ journal }, { phase: 'Expired', outcome: 'nobody approved it in time' }, tools);
    return;
  }
  if (!journal.untouched) {
    const run = await openRun(journal, tools);
    if (run === null) {
      const outcome = 'the platform no longer knows the job, or does not answer';
      return close({ journal }, { phase: 'Failed', outcome }, tools);
    }
    if (await hadEffect(run, tools)) return execute(run, tools);
  }
  const outcome = expired ? 'its time was over before anything was done' : 'Drey stopped before anything was done';
  await close({ journal }, { phase: expired ? 'Expired' : 'Superseded', outcome }, tools);
}

/** Waits for the platform to know the job; null when it does not in time. */
async function openRun(journal: Journal, tools: Tools): Promise<Run | null> {
  const { job: key, action } = journal.remediation.spec;
  const until = tools.clock.now() + tools.timing.jobMs;
  for (;;) {
    for (const platform of tools.platforms.values()) {
      try {
        const job: PlatformJob | undefined = await lookUpJob(tools, platform, key);
        if (job !== undefined) return { journal, platform, job };
      } catch (error) {
        tools.life.check();
        tools.log.warn('the platform could not be asked for the job', { job: key, action, problem: messageOf(error) });
      }
    }
    if (tools.clock.now() >= until) return null;
    await tools.clock.sleep(AGAIN_MS, tools.life.signal);
  }
}

/**
 * Whether anything that was sent took effect. A write that was under way when the earlier process ended may still
 * arrive for a while; where no answer is to be had it counts as an effect.
 */
async function hadEffect(run: Run, tools: Tools): Promise<boolean> {
  const sent = run.journal.steps.filter((step) => step.sentAt !== null);
  if (sent.some((step) => step.state !== 'Sent')) return true;
  const until = tools.clock.now() + tools.timing.jobMs;
  for (const step of sent) {
    for (;;) {
      const finding = await look(run, step, tools);
      const settled = tools.clock.now() >= (step.sentAt ?? 0) + tools.timing.settleMs;
      if (finding.state === 'Absent' && settled) break;
      if (finding.state !== 'Absent' && finding.state !== 'Unknown') return true;
      if (tools.clock.now() >= until) return true;
      await tools.clock.sleep(AGAIN_MS, tools.life.signal);
    }
  }
  return false;
}
