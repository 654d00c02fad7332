import type { RuleSight } from '../core/diagnose/sight.ts';
import type { Decision } from '../core/model/decision.ts';
import { usable } from '../core/model/input.ts';
import type { Page } from '../core/model/observed-job.ts';
import { wasCarriedOut, wroteOutside } from '../core/model/remediation.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { JobState, Snapshot } from '../core/model/snapshot.ts';

const STOPPED: ReadonlySet<JobState> = new Set<JobState>(['CANCELED', 'CANCELLING', 'SUSPENDED', 'Gone']);

/**
 * The page after a decision: raised by it, kept while nothing better is known, gone when the job is well or is being
 * healed. A hold for want of input ends no page: absence proves nothing. `sights`: of the rules in force.
 */
export function pageOf(before: Page | null, decision: Decision, sights: readonly RuleSight[]): Page | null {
  if ('page' in decision && decision.page) {
    const cause = decision.cause ?? decision.reason;
    return { since: before?.cause === cause ? before.since : decision.at, cause, detail: decision.detail };
  }
  if (decision.kind !== 'Hold') return null;
  if (decision.reason === 'InFlight') return before;
  if (decision.reason !== 'InputNotFresh') return null;
  return wantsOnlyRules(decision) && !sights.some((one) => mayRaise(one, before)) ? null : before;
}

/** All else was seen and is well: rules without an answer say nothing of a page that another one raised. */
function wantsOnlyRules({ cause, inputs }: Decision): boolean {
  return cause === null && inputs.length > 0 && inputs.every(({ input }) => input.startsWith('rule '));
}

const mayRaise = ({ state, rule }: RuleSight, page: Page | null): boolean =>
  state === 'Unknown' && rule.cause === page?.cause;

/**
 * The page that the last action of a job leaves behind: it could not be ended well, and Drey itself may have stopped
 * the job on the way, so that its state alone would look like somebody's wish. Null once the job is seen RUNNING after
 * that action, or where the last one needs nobody. `closed` is newest first.
 */
export function pageAfter(closed: readonly Remediation[], { jobState, at }: Snapshot): Page | null {
  const last = closed.find(wasCarriedOut);
  if (last === undefined || !needsPerson(last, jobState)) return null;
  const { status, spec, name } = last;
  const since = status.endedAt ?? last.createdAt;
  const running = jobState.freshness === 'fresh' && jobState.value.state === 'RUNNING' && at - jobState.ageMs > since;
  if (running) return null;
  return { since, cause: spec.incident.cause, detail: `${name} ended ${status.phase}: ${status.outcome ?? 'unknown'}` };
}

/** Other failures go on to the next rung of their ladder, except where the job now looks as if somebody had stopped it. */
function needsPerson(remediation: Remediation, jobState: Snapshot['jobState']): boolean {
  const { status } = remediation;
  if (status.phase === 'Inconclusive') return true;
  if (status.phase !== 'Failed') return false;
  const state = jobState.freshness === 'fresh' ? jobState.value.state : null;
  return status.reason !== null || (wroteOutside(remediation) && state !== null && STOPPED.has(state));
}

/** What a person who is paged needs to see: the restore points and Flink's newest exceptions. */
export function evidenceOf(snapshot: Snapshot, decision: Decision): readonly string[] {
  if (!('page' in decision) || !decision.page) return [];
  const points = usable(snapshot.restorePoints);
  const exceptions = usable(snapshot.exceptions)?.entries ?? [];
  return [
    ...(points?.points.slice(0, 3).map((one) => `restore point ${one.path} (${one.level})`) ?? []),
    ...(points?.broken.slice(0, 3).map((one) => `broken ${one.path}: ${one.problem}`) ?? []),
    ...exceptions.slice(0, 3).map((one) => `${one.name}: ${one.message}`.slice(0, 500)),
  ];
}
