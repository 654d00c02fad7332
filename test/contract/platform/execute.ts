import { randomBytes } from 'node:crypto';
import type { ActionParams, PlatformAction } from '../../../controller/src/core/model/action.ts';
import type { JournalStep, PlanStep } from '../../../controller/src/core/model/remediation.ts';
import {
  type Platform,
  type StepContext,
  type StepFinding,
  roundOf,
} from '../../../controller/src/platforms/contract.ts';
import type { PlatformHarness } from './harness.ts';

/** A new identity: 32 hex digits. */
export const newId = (): string => randomBytes(16).toString('hex');

/** An action as a test asks for it. */
export interface Request {
  readonly action: PlatformAction;
  readonly params?: ActionParams;
  /** Restore points in the order in which they are to be tried. */
  readonly points?: readonly string[];
}

/** The steps of an action in the world as it is now. */
export async function planFor(harness: PlatformHarness, request: Request): Promise<readonly PlanStep[]> {
  const { action, params = {} } = request;
  const [flinkJobId = null] = await harness.liveRuns().catch(() => []);
  return harness.platform.plan({ job: await harness.job(), action, params, flinkJobId, ids: newId });
}

/** The context of a step whose action has gone as far as `journal` says. */
export async function contextOf(
  harness: PlatformHarness,
  request: Request,
  at: { readonly step: PlanStep; readonly journal?: readonly JournalStep[] },
): Promise<StepContext> {
  const { action, params = {} } = request;
  const signal = AbortSignal.timeout(60_000);
  return { job: await harness.job(), action, params, step: at.step, journal: at.journal ?? [], signal };
}

/** A step that ended well. */
export function doneStep(step: PlanStep, detail: string | null = null): JournalStep {
  return { ...step, state: 'Done', plannedAt: 0, sentAt: 0, doneAt: 0, detail };
}

/** What a whole action came to. */
export interface Execution {
  readonly plan: readonly PlanStep[];
  readonly findings: readonly { readonly step: string; readonly before: string; readonly after: StepFinding }[];
}

/**
 * Carries out an action as a runner does that is ended after every write: what one Drey sent, the next one finds.
 * Stops at a step that failed, except for a round whose restore point was at fault.
 */
export async function execute(harness: PlatformHarness, request: Request): Promise<Execution> {
  const plan = await planFor(harness, request);
  const journal: JournalStep[] = [];
  const findings: { step: string; before: string; after: StepFinding }[] = [];
  const points = [...(request.points ?? [])];
  for (const step of plan) {
    if (step.step.startsWith('choose-restore-point/')) {
      journal.push(doneStep(step, points.shift() ?? null));
      continue;
    }
    const context = await contextOf(harness, request, { step, journal });
    const before = await harness.platform.find(context);
    if (before.state === 'Absent') await harness.platform.send(context);
    const after = await untilSettled(harness.reopen(), context, harness.patienceMs);
    findings.push({ step: step.step, before: before.state, after });
    const round = roundOf(step.step) !== null;
    if (after.state === 'Done' || (round && after.state === 'Failed')) journal.push(doneStep(step, after.detail));
    if (round && after.state === 'Done') break;
    if (after.state !== 'Done' && !(after.state === 'Failed' && after.onRestorePoint)) break;
  }
  return { plan, findings };
}

/** Asks until the step is Done or Failed, or patience ends. */
export async function untilSettled(platform: Platform, context: StepContext, patienceMs: number): Promise<StepFinding> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const finding = await platform.find(context);
    if (finding.state === 'Done' || finding.state === 'Failed' || Date.now() >= until) return finding;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
