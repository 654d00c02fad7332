import type { CauseRule } from '../diagnose/causes.ts';
import type { JobMemory } from '../diagnose/memory.ts';
import type { Action } from '../model/action.ts';
import { wasCarriedOut } from '../model/remediation.ts';

/** An unsuccessful remediation older than this belongs to another incident, unless its page was never ended. */
const SAME_INCIDENT_MS = 60 * 60_000;

/**
 * The rung to try now, read from the closed remediations alone: the one after the last that did not help. A success
 * ends the incident. Superseded and expired ones were never carried out and count for nothing.
 */
export function rungFor(
  rule: CauseRule,
  memory: JobMemory,
  now: number,
): { readonly rung: number; readonly action: Action; readonly withinMs: number } {
  const last = memory.closed.find((one) => one.spec.incident.cause === rule.cause && wasCarriedOut(one));
  const endedAt = last?.status.endedAt ?? 0;
  // The page ends when the job is well: until then nobody has helped, however long ago the action was.
  const page = memory.observed?.page;
  const paged = page?.cause === rule.cause && page.since < endedAt + SAME_INCIDENT_MS;
  const failed = last !== undefined && last.status.phase !== 'Succeeded' && (paged || endedAt > now - SAME_INCIDENT_MS);
  const rung = Math.min(failed ? last.spec.rung + 1 : 0, rule.ladder.length - 1);
  const { action, withinMs } = rule.ladder[rung] ?? { action: 'Page', withinMs: 0 };
  return { rung, action, withinMs };
}
