import type { Decision } from '../core/model/decision.ts';
import { usable } from '../core/model/input.ts';
import type { EffectivePolicy } from '../core/model/policy.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Clock } from '../io/clock.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { Remedy } from '../remedy/remedy.ts';

/** One job as the tick saw it, and the policy in force. */
export interface Subject {
  readonly job: PlatformJob;
  readonly snapshot: Snapshot;
  readonly policy: EffectivePolicy;
}

/** Jobs earlier in a tick may take long to begin with; nothing is begun on a look that is older than this, ms. */
const OLD_MS = 60_000;

/** Begins an action; where the remedy refuses it, the decision is the refusal. */
export async function beginAction(
  { job, snapshot, policy }: Subject,
  decision: Extract<Decision, { kind: 'Act' }>,
  { clock, remedy }: { readonly clock: Clock; readonly remedy: Remedy },
): Promise<Decision> {
  const { at, cause, symptoms, inputs, action } = decision;
  const held = { kind: 'Hold', at, cause, symptoms, inputs, action, retryAt: null } as const;
  const ageMs = clock.now() - snapshot.at;
  if (ageMs > OLD_MS) {
    const detail = `the look at the job is ${Math.round(ageMs / 1000)} s old: ${decision.detail}`;
    return { ...held, reason: 'InputNotFresh', detail, page: false };
  }
  const started = await remedy.start({
    job,
    decision,
    policyName: policy.name,
    maxRewindMs: policy.heal.restore.maxRewindMs,
    flinkJobId: usable(snapshot.jobState)?.flinkJobId ?? null,
  });
  if (started.ok) return decision;
  const { reason, detail, page } = started;
  return { ...held, reason, detail, page };
}
