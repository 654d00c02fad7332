import type { Remediation } from '../core/model/remediation.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { SIGHTS } from './expectations.ts';
import type { Sight } from './expectations.ts';

/** An action has at least this long from its end to prove itself, however long it took, ms. */
const LEAST_MS = 60_000;

/** What a verdict rests on. Instants are epoch ms, lags ms. */
export interface JudgeRequest {
  readonly remediation: Remediation;
  /** Null when this tick has none of the job. */
  readonly snapshot: Snapshot | null;
  readonly now: number;
  readonly maxLagMs: number | null;
  readonly firstLagMs: number | null;
  readonly firstCheckpointId: number | null;
  /** No verdict but success before this: a restarted Drey has to look first. 0 = none. */
  readonly notBefore: number;
}

/** What became of an action; `Verifying`: not known yet. */
export interface Verdict {
  readonly phase: 'Verifying' | 'Succeeded' | 'Ineffective' | 'Inconclusive';
  /** Each promise with what was seen. */
  readonly detail: string;
}

/**
 * Whether an action did what it promised. All promises met in one snapshot: `Succeeded`. One that is proven broken for
 * good: `Ineffective` at once. Past the deadline:
 * `Ineffective` where fresh evidence says otherwise, `Inconclusive` where there is none.
 */
export function judge(request: JudgeRequest): Verdict {
  const { remediation, snapshot, now, notBefore } = request;
  const { spec, status, createdAt } = remediation;
  const endedAt = status.endedAt ?? 0;
  const sights = spec.verify.map(({ expect, by }) => {
    const sight: Sight =
      snapshot === null ? { state: 'unknown', said: 'the job is not seen' } : SIGHTS[expect]({ ...request, snapshot });
    // What a rule says is proven by its window's time alone, which begins when the action is over, however long that took.
    const due = expect === 'RuleQuiet' ? by + Math.max(0, endedAt - createdAt) : by;
    const until = Math.max(due, endedAt + LEAST_MS, notBefore);
    return { expect, ...sight, late: now > until };
  });
  const open = sights.filter((sight) => sight.state !== 'met');
  const detail = sights.map(({ expect, state, said }) => `${expect} ${state}: ${said}`).join('; ');
  if (open.length === 0) return { phase: 'Succeeded', detail };
  if (open.some((sight) => sight.state === 'contrary' && (sight.late || sight.final)))
    return { phase: 'Ineffective', detail };
  // Evidence against it that still has its time is waited for: it ends as proof, one way or the other.
  const waits = open.some((sight) => sight.state === 'contrary');
  return { phase: open.some((sight) => sight.late) && !waits ? 'Inconclusive' : 'Verifying', detail };
}
