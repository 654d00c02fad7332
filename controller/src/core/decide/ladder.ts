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

function lastThatFailed({ rule, count }: RuleSight, memory: JobMemory, now: number): Remediation | null {
  const last = memory.closed.find((one) => one.spec.incident.cause === rule.cause && wasCarriedOut(one));
  if (last === undefined) return null;
  const endedAt = last.status.endedAt ?? 0;
  if (last.status.phase === 'Succeeded') {
    // What a query said again within the time that the rung had to prove itself was not helped.
    const again = rule.when.kind === 'query' && count !== null && count.since < endedAt + withinOf(last, rule.ladder);
    return again ? last : null;
  }
  // The page ends when the job is well: until then nobody has helped, however long ago the action was.
  const page = memory.observed?.page;
  const paged = page?.cause === rule.cause && page.since < endedAt + SAME_INCIDENT_MS;
  return paged || endedAt > now - SAME_INCIDENT_MS ? last : null;
}

function withinOf({ spec }: Remediation, ladder: readonly Rung[]): number {
  return ladder[spec.rung]?.withinMs ?? 0;
}
