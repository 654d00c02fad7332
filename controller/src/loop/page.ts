import type { Decision } from '../core/model/decision.ts';
import { usable } from '../core/model/input.ts';
import type { ObservedJob } from '../core/model/observed-job.ts';
import type { Snapshot } from '../core/model/snapshot.ts';

/**
 * The page after a decision: raised by it, kept while nothing better is known, gone when the job is well or is being
 * healed. A hold for want of input ends no page: absence proves nothing.
 */
export function pageOf(before: ObservedJob['page'], decision: Decision): ObservedJob['page'] {
  if ('page' in decision && decision.page) {
    const cause = decision.cause ?? decision.reason;
    return { since: before?.cause === cause ? before.since : decision.at, cause, detail: decision.detail };
  }
  if (decision.kind === 'Hold' && (decision.reason === 'InputNotFresh' || decision.reason === 'InFlight'))
    return before;
  return null;
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
