import type { HoldReason } from '../core/model/reason.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { PlanStep } from '../core/model/remediation.ts';
import type { Platform } from '../platforms/contract.ts';
import { UnsupportedError, chooseStep } from '../platforms/contract.ts';
import { remediationName, remediationNumber } from '../resources/objects/names.ts';
import { StoreConflict } from '../store/contract.ts';
import type { Stored } from '../store/contract.ts';
import { chooseNow } from './choose.ts';
import { paramsOf, plannedRemediation } from './request.ts';
import type { StartRequest, StartResult } from './request.ts';
import { ask, messageOf } from './tools.ts';
import type { Tools } from './tools.ts';

type Refusal = Extract<StartResult, { ok: false }>;

/** Written down, or why not. */
export type Began = { readonly ok: true; readonly stored: Stored<Remediation>; readonly platform: Platform } | Refusal;

const refuse = (reason: HoldReason, detail: string): Refusal => {
  const page = reason === 'NoUsableCheckpoint' || reason === 'RewindTooFar';
  return { ok: false, reason, detail, page };
};

/** Plans an action and writes it down. Touches nothing outside. Rejects when the store fails. */
export async function begin(
  request: StartRequest,
  { tools, ids }: { readonly tools: Tools; readonly ids: () => string },
): Promise<Began> {
  const { life, platforms } = tools;
  if (life.draining) return refuse('NotLeader', 'Drey is stopping');
  life.check();
  const platform = platforms.get(request.job.ref.platform);
  if (platform === undefined) return refuse('Unsupported', `no platform ${request.job.ref.platform}`);
  const plan = await planOf(request, platform, { tools, ids });
  if ('ok' in plan) return plan;
  if (plan.some(({ step }) => step === chooseStep(1))) {
    // A job whose state could not be restored is not stopped in the first place. The point is chosen again later.
    const choice = await chooseNow(request.job, paramsOf(request), tools);
    if (!choice.ok) return refuse(choice.reason ?? 'InputNotFresh', choice.detail);
  }
  return writeDown(request, { plan, platform, tools });
}

async function planOf(
  request: StartRequest,
  platform: Platform,
  { tools, ids }: { readonly tools: Tools; readonly ids: () => string },
): Promise<readonly PlanStep[] | Refusal> {
  const { job, decision, flinkJobId } = request;
  const wanted = { job, action: decision.action, params: paramsOf(request), flinkJobId, ids };
  try {
    return await ask(tools, tools.timing.sendMs, () => platform.plan(wanted));
  } catch (error) {
    tools.life.check();
    const unsupported = error instanceof UnsupportedError;
    return refuse(unsupported ? 'Unsupported' : 'InputNotFresh', messageOf(error));
  }
}

async function writeDown(
  request: StartRequest,
  { plan, platform, tools }: { readonly plan: readonly PlanStep[]; readonly platform: Platform; readonly tools: Tools },
): Promise<Began> {
  const { life, store, clock, controllerId } = tools;
  const named = await nextName(request, tools);
  const planned = plannedRemediation(request, { plan, now: clock.now(), controllerId });
  life.point('before:create');
  try {
    const stored = await store.createRemediation({ ...named, ...planned });
    life.point('after:create');
    return { ok: true, stored, platform };
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error;
    return refuse('InFlight', `${named.name} was created by somebody else`);
  }
}

/** The number is taken before it is used, so that nobody else can use it; one that was never used does no harm. */
async function nextName({ job }: StartRequest, tools: Tools): Promise<Pick<Remediation, 'name' | 'namespace'>> {
  const { life, observed, store } = tools;
  const remediations = await store.listRemediations();
  const highest = (observedJob: string): number =>
    remediations.reduce((most, { value }) => Math.max(most, remediationNumber(observedJob, value.name) ?? 0), 0);
  life.point('before:number');
  const {
    name,
    namespace,
    remediations: n,
  } = await observed.remember(job, (current) => {
    return { ...current, remediations: Math.max(current.remediations, highest(current.name)) + 1 };
  });
  life.point('after:number');
  return { name: remediationName(name, n), namespace };
}
