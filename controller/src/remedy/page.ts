import type { Remediation } from '../core/model/remediation.ts';
import type { JobState, Snapshot } from '../core/model/snapshot.ts';

const STOPPED: ReadonlySet<JobState> = new Set<JobState>(['CANCELED', 'CANCELLING', 'SUSPENDED', 'Gone']);

/** What a person must be told. */
export interface Page {
  readonly since: number;
  readonly cause: string;
  readonly detail: string;
}

/**
 * The page that the last action of a job leaves behind: it could not be ended well, and Drey itself may have stopped
 * the job on the way, so that its state alone would look like somebody's wish. Null once the job is seen RUNNING after
 * that action, or where the last one needs nobody. `closed` is newest first.
 */
export function pageAfter(closed: readonly Remediation[], { jobState, at }: Snapshot): Page | null {
  const last = closed.find(({ status: { phase } }) => phase !== 'Superseded' && phase !== 'Expired');
  if (last === undefined || !needsPerson(last, jobState)) return null;
  const { status, spec, name } = last;
  const since = status.endedAt ?? last.createdAt;
  const running = jobState.freshness === 'fresh' && jobState.value.state === 'RUNNING' && at - jobState.ageMs > since;
  if (running) return null;
  return { since, cause: spec.incident.cause, detail: `${name} ended ${status.phase}: ${status.outcome ?? 'unknown'}` };
}

/** Other failures go on to the next rung of their ladder, except where the job now looks as if somebody had stopped it. */
function needsPerson({ status }: Remediation, jobState: Snapshot['jobState']): boolean {
  if (status.phase === 'Inconclusive') return true;
  if (status.phase !== 'Failed') return false;
  const state = jobState.freshness === 'fresh' ? jobState.value.state : null;
  const touched = status.steps.some((step) => step.sentAt !== null);
  return status.reason !== null || (touched && state !== null && STOPPED.has(state));
}
