import type { HoldReason } from '../core/model/reason.ts';
import type { Phase, RemediationStatus } from '../core/model/remediation.ts';
import { chooseStep, restorePointOf, roundOf, startStep } from '../platforms/contract.ts';
import { choosePatiently, sayChoice } from './choose.ts';
import { carryOut } from './step.ts';
import type { Run, StepEnd } from './step.ts';
import { lookUpJob, messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

const UNUSABLE_KEPT = 20;

/** How a remediation closes. */
export interface Closing {
  readonly phase: Phase;
  readonly reason?: HoldReason | null;
  readonly outcome: string;
  /** Set together with the closing, so that a failed step in an open journal always means: the next round goes on. */
  readonly steps?: RemediationStatus['steps'];
  readonly verification?: string;
}

/** Closes it. Only what was carried out gets an end, so that the rest counts neither for the ladder nor for budgets. */
export async function close(run: Pick<Run, 'journal'>, closing: Closing, tools: Tools): Promise<void> {
  const { journal } = run;
  const { status } = journal.remediation;
  const never = closing.phase === 'Superseded' || closing.phase === 'Expired';
  await journal.put('close', {
    ...(closing.steps === undefined ? {} : { steps: closing.steps }),
    ...(closing.verification === undefined ? {} : { verification: closing.verification }),
    phase: closing.phase,
    reason: closing.reason ?? null,
    outcome: note(status.outcome, closing.outcome),
    startedAt: never ? null : status.startedAt,
    endedAt: never ? null : (status.endedAt ?? tools.clock.now()),
  });
}

/**
 * Carries out what is left of the journal, in order, to `Verifying` or a close. Steps that are Done are passed over;
 * one that is Sent is looked up by its key first. Rounds go on only while starts fail on their restore point.
 */
export async function execute(run: Run, tools: Tools): Promise<void> {
  for (const [index, step] of run.journal.steps.entries()) {
    const round = roundOf(step.step);
    if (step.state === 'Done' || step.state === 'Failed' || (round !== null && started(run))) continue;
    await refreshJob(run, tools);
    const at = { run, index, tools, name: step.step, round };
    const goesOn = await (round !== null && step.step === chooseStep(round) ? choose(at) : carry(at));
    if (!goesOn) return;
  }
  const ended = Math.max(...run.journal.steps.map((step) => step.doneAt ?? 0));
  await run.journal.put('verifying', { phase: 'Verifying', endedAt: ended > 0 ? ended : tools.clock.now() });
}

/** A place in the journal. The functions below return false when the remediation was closed there. */
interface At {
  readonly run: Run;
  readonly index: number;
  readonly tools: Tools;
  readonly name: string;
  readonly round: number | null;
}

async function carry(at: At): Promise<boolean> {
  const { run, index, tools, round } = at;
  const end = await carryOut(run, index, tools);
  if (end.state === 'Done') {
    const { detail } = end;
    await run.journal.putStep(index, 'journal-done', { state: 'Done', doneAt: tools.clock.now(), detail });
    return true;
  }
  const path = round === null ? null : restorePointOf(run.journal.steps, round);
  if (path !== null && end.state === 'Failed' && end.onRestorePoint) return nextRound(at, path, end.detail);
  return fail(at, reasonOf(at.name, end), end.detail);
}

/** The point did not work: remembered, so that no later start tries it, and the next round may go on. */
async function nextRound(at: At, path: string, problem: string): Promise<boolean> {
  const { run, index, tools, round } = at;
  const { observed, life, clock, log } = tools;
  log.warn('a restore point could not be used', { remediation: run.journal.remediation.name, path, problem });
  life.point('before:unusable-points');
  await persist(tools, () =>
    observed.remember(run.job, (job) => {
      const others = job.unusablePoints.filter((point) => point.path !== path);
      return { ...job, unusablePoints: [...others, { path, problem }].slice(-UNUSABLE_KEPT) };
    }),
  );
  life.point('after:unusable-points');
  const said = `a start from ${path} failed: ${problem}`;
  if (!run.journal.steps.some((step) => step.step === startStep((round ?? 0) + 1))) {
    return fail(at, 'NoUsableCheckpoint', `${said}; no further one is tried`);
  }
  const outcome = note(run.journal.remediation.status.outcome, said);
  const failed = { state: 'Failed', doneAt: clock.now(), detail: problem } as const;
  await run.journal.putStep(index, 'journal-failed', failed, { outcome });
  return true;
}

/** Only now, with everything before it done, is the point chosen: nothing can complete a newer checkpoint any more. */
async function choose(at: At): Promise<boolean> {
  const { run, index, tools, name } = at;
  const { journal } = run;
  const choice = await choosePatiently(run.job, journal.remediation.spec.params, name, tools);
  if (!choice.ok) return fail(at, choice.reason ?? 'NoUsableCheckpoint', choice.detail);
  const outcome = note(journal.remediation.status.outcome, sayChoice(choice));
  const done = { state: 'Done', doneAt: tools.clock.now(), detail: choice.point.path } as const;
  await journal.putStep(index, 'journal-done', done, { outcome });
  return true;
}

async function fail({ run, index, tools }: At, reason: HoldReason | null, detail: string): Promise<false> {
  const steps = run.journal.changed(index, { state: 'Failed', doneAt: tools.clock.now(), detail });
  await close(run, { phase: 'Failed', reason, outcome: detail, steps }, tools);
  return false;
}

function reasonOf(step: string, end: StepEnd): HoldReason | null {
  const kind = step.split('/')[0];
  return end.state === 'Late' && (kind === 'prove-ended' || kind === 'cancel-run') ? 'OldRunAlive' : null;
}

function started(run: Run): boolean {
  return run.journal.steps.some((step) => step.state === 'Done' && step.step === startStep(roundOf(step.step) ?? 0));
}

/** Addresses change as an action goes on. Without an answer the last view serves. */
async function refreshJob(run: Run, tools: Tools): Promise<void> {
  try {
    run.job = (await lookUpJob(tools, run.platform, run.job.key)) ?? run.job;
  } catch (error) {
    tools.life.check();
    tools.log.debug('the platform could not be asked for the job', { job: run.job.key, problem: messageOf(error) });
  }
}

/** What must be written before going on is tried for as long as this process lives. */
async function persist(tools: Tools, write: () => Promise<unknown>): Promise<void> {
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 30_000)) {
    tools.life.check();
    try {
      await write();
      return;
    } catch (error) {
      tools.log.warn('the store could not be written', { problem: messageOf(error) });
      await tools.clock.sleep(pauseMs, tools.life.signal);
    }
  }
}

function note(before: string | null, text: string): string {
  return before === null ? text : `${before}; ${text}`;
}
