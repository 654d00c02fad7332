import { chooseRestorePoint, sayPoints } from '../core/decide/choose-restore-point.ts';
import type { Choice } from '../core/decide/choose-restore-point.ts';
import type { ActionParams } from '../core/model/action.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { ask, messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

const AGAIN_MS = 1000;

/** A choice, or that the points can't be read. */
export type ChoiceNow = Choice | { readonly ok: false; readonly reason: null; readonly detail: string };

/** Looks at the restore points now and chooses, without those that failed at a start. One look. */
export async function chooseNow(job: PlatformJob, params: ActionParams, tools: Tools): Promise<ChoiceNow> {
  try {
    const points = await ask(tools, tools.timing.chooseMs, (signal) => tools.restorePoints(job, signal));
    const exclude = tools.observed.get(job.key)?.unusablePoints.map((point) => point.path) ?? [];
    const { allowReported = true } = points;
    return chooseRestorePoint(points, { maxRewindMs: params.maxRewindMs ?? 0, exclude, allowReported });
  } catch (error) {
    tools.life.check();
    return { ok: false, reason: null, detail: `the restore points can't be read: ${messageOf(error)}` };
  }
}

/** As `chooseNow`, but asks again while they can't be read, up to the step's deadline. */
export async function choosePatiently(
  job: PlatformJob,
  params: ActionParams,
  step: string,
  tools: Tools,
): Promise<ChoiceNow> {
  const until = tools.clock.now() + tools.timing.step(step);
  for (;;) {
    const choice = await chooseNow(job, params, tools);
    if (choice.ok || choice.reason !== null || tools.clock.now() >= until) return choice;
    await tools.clock.sleep(AGAIN_MS, tools.life.signal);
  }
}

/** For people: what was chosen and what was passed over. */
export function sayChoice(choice: Extract<Choice, { ok: true }>): string {
  const { point, rewindMs, skipped } = choice;
  const base = `restore point ${point.path} (${point.level}), ${Math.round(rewindMs / 1000)} s behind the newest known`;
  return skipped.length === 0 ? base : `${base}; passed over ${sayPoints(skipped)}`;
}
