import type { JournalStep } from '../core/model/remediation.ts';
import type { Platform, PlatformJob, StepContext, StepFinding } from '../platforms/contract.ts';
import type { Journal } from './journal.ts';
import { ask, messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

/** One remediation in the hands of this process. */
export interface Run {
  readonly journal: Journal;
  readonly platform: Platform;
  /** The platform's newest view of the job. */
  job: PlatformJob;
}

/** How a step ended. `Late`: its deadline passed and it is not known to have finished. */
export type StepEnd =
  | { readonly state: 'Done'; readonly detail: string }
  | { readonly state: 'Failed'; readonly detail: string; readonly onRestorePoint: boolean }
  | { readonly state: 'Late'; readonly detail: string };

/** No new work while draining. */
export class Drained extends Error {
  override readonly name = 'Drained';
}

const MAX_SENDS = 3;
const FIRST_LOOKS = 4;

/** A look for the effect of a step. No answer is its own finding: never the same as no effect. */
export async function look(
  run: Run,
  step: JournalStep,
  tools: Tools,
): Promise<StepFinding | { readonly state: 'Unknown'; readonly detail: string }> {
  try {
    return await ask(tools, tools.timing.findMs, (signal) => run.platform.find(contextOf(run, step, signal)));
  } catch (error) {
    tools.life.check();
    return { state: 'Unknown', detail: `no answer: ${messageOf(error)}` };
  }
}

/** Brings one step to its end: looks, sends where nothing is there yet, looks until it is done. */
export async function carryOut(run: Run, index: number, tools: Tools): Promise<StepEnd> {
  const { clock, timing, life } = tools;
  const name = stepAt(run, index).step;
  const until = clock.now() + timing.step(name);
  const sender = new Sender(run, index, tools);
  for (let looks = 1; ; looks++) {
    if (life.draining && run.journal.untouched) throw new Drained('Drey stopped before anything was done');
    const finding = await look(run, stepAt(run, index), tools);
    if (finding.state === 'Done' || finding.state === 'Failed') return finding;
    if (clock.now() >= until) {
      const said = finding.state === 'Absent' ? 'it had no effect' : finding.detail;
      return { state: 'Late', detail: `${name} not done after ${Math.round(timing.step(name) / 1000)} s: ${said}` };
    }
    if (finding.state === 'Absent') await sender.absent();
    await clock.sleep(looks <= FIRST_LOOKS ? 250 : 500, life.signal);
  }
}

/** Decides, each time that no effect was found, whether to write. */
class Sender {
  readonly #run: Run;
  readonly #index: number;
  readonly #tools: Tools;
  #sends = 0;
  /** From when on "no effect" is believed and the write may be done (again). */
  #from: number;

  constructor(run: Run, index: number, tools: Tools) {
    this.#run = run;
    this.#index = index;
    this.#tools = tools;
    const { sentAt } = stepAt(run, index);
    this.#from = sentAt === null ? 0 : sentAt + tools.timing.settleMs;
  }

  async absent(): Promise<void> {
    const { clock } = this.#tools;
    if (clock.now() < this.#from || this.#sends === MAX_SENDS) return;
    const { journal } = this.#run;
    const step = stepAt(this.#run, this.#index);
    if (step.sentAt === null) {
      const now = clock.now();
      const startedAt = journal.remediation.status.startedAt ?? now;
      await journal.putStep(this.#index, 'journal-sent', { state: 'Sent', sentAt: now }, { startedAt });
    }
    await this.#send();
  }

  async #send(): Promise<void> {
    const { timing, clock, life, log } = this.#tools;
    const step = stepAt(this.#run, this.#index);
    this.#sends += 1;
    // A write that was answered is not repeated: its effect may only be slow to be seen.
    this.#from = Number.POSITIVE_INFINITY;
    life.point(`before:${step.step}:send`);
    try {
      const { platform } = this.#run;
      await ask(this.#tools, timing.sendMs, (signal) => platform.send(contextOf(this.#run, step, signal)));
    } catch (error) {
      life.check();
      this.#from = clock.now() + timing.settleMs;
      log.warn('a write has an unknown outcome', {
        remediation: this.#run.journal.remediation.name,
        step: step.step,
        problem: messageOf(error),
      });
    }
    life.point(`after:${step.step}:send`);
  }
}

function stepAt(run: Run, index: number): JournalStep {
  const step = run.journal.steps[index];
  if (step === undefined) throw new RangeError(`no step ${index}`);
  return step;
}

function contextOf(run: Run, step: JournalStep, signal: AbortSignal): StepContext {
  const { spec, status } = run.journal.remediation;
  const { action, params } = spec;
  return {
    job: run.job,
    action,
    params,
    step: { step: step.step, key: step.key },
    journal: status.steps,
    signal,
  };
}
