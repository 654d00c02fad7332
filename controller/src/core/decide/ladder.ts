import type { JobMemory } from '../diagnose/memory.ts';
import type { RuleSight } from '../diagnose/sight.ts';
import type { Action } from '../model/action.ts';
import { wasCarriedOut } from '../model/remediation.ts';
import type { Remediation } from '../model/remediation.ts';
import type { Rung } from '../model/rule.ts';

/** An unsuccessful remediation older than this belongs to another incident, unless its page was never ended. */
const SAME_INCIDENT_MS = 60 * 60_000;
const PAGE: Rung = { action: 'Page', withinMs: 0 };

/** The rung to try now. */
export interface RungChoice extends Rung {
  readonly rung: number;
  readonly action: Action;
  /** Of `Wait`: when the next one is due, epoch ms. */
  readonly until: number | null;
  /** The last action for this cause, where it did not help. */
  readonly tried: Remediation | null;
}

/**
 * The rung to try now, read from the closed remediations alone: the one after the last that did not help. A success
 * ends the incident. Superseded and expired ones were never carried out and count for nothing.
 */
export function rungFor(sight: RuleSight, memory: JobMemory, now: number): RungChoice {
  const { ladder } = sight.rule;
  const tried = lastThatFailed(sight, memory, now);
  let rung = tried === null ? 0 : tried.spec.rung + 1;
  // Waiting writes nothing down: how far it has come is told by the time alone.
  let since = tried?.status.endedAt ?? sight.count?.since ?? now;
  for (; rung < ladder.length - 1; rung += 1) {
    const { action, withinMs } = ladder[rung] ?? PAGE;
    const until = since + withinMs;
    if (action !== 'Wait') break;
    if (now < until) return { rung, action, withinMs, until, tried };
    since = until;
  }
  const last = Math.min(rung, ladder.length - 1);
  return { rung: last, ...(ladder[last] ?? PAGE), until: null, tried };
}

function lastThatFailed(sight: RuleSight, memory: JobMemory, now: number): Remediation | null {
  const { rule } = sight;
  const last = memory.closed.find((one) => one.spec.incident.cause === rule.cause && wasCarriedOut(one));
  if (last === undefined) return null;
  const endedAt = last.status.endedAt ?? 0;
  if (last.status.phase === 'Succeeded') return rule.stated && isTrueAgain(sight, last) ? last : null;
  // The page ends when the job is well: until then nobody has helped, however long ago the action was.
  const page = memory.observed?.page;
  const paged = page?.cause === rule.cause && page.since < endedAt + SAME_INCIDENT_MS;
  return paged || endedAt > now - SAME_INCIDENT_MS ? last : null;
}

/**
 * What is true again within the time that the rung had to prove itself was not helped. That time runs from the first
 * instant at which the rule can speak of what is after the action, or a long window would outlast it.
 */
function isTrueAgain({ rule, count, lookBackMs }: RuleSight, last: Remediation): boolean {
  if (count === null) return false;
  return count.since < (last.status.endedAt ?? 0) + lookBackMs + withinOf(last, rule.ladder);
}

function withinOf({ spec }: Remediation, ladder: readonly Rung[]): number {
  return ladder[spec.rung]?.withinMs ?? 0;
}
