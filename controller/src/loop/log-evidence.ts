import type { RuleSight } from '../core/diagnose/sight.ts';
import type { Decision } from '../core/model/decision.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Clock } from '../io/clock.ts';
import { withDeadline } from '../io/deadline.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { LogLine, LogSource } from '../sources/contract.ts';
import type { SeriesLabels } from '../sources/prometheus/queries.ts';

/** Where lines come from. */
interface LogEvidenceDeps {
  /** Null where no logs are to be had. */
  readonly logs: LogSource | null;
  readonly labels: SeriesLabels;
  readonly clock: Clock;
}

/** A decision on a job, and the rule behind it. */
interface Decided {
  readonly job: PlatformJob;
  readonly sight: RuleSight | null;
  readonly decision: Decision;
}

/** People wait for a tick, not for a line, ms. */
const DEADLINE_MS = 2000;
/** Lines asked for, newest first: those of other jobs are among them. */
const ASKED = 50;
/** Clocks of machines that write logs may go ahead, ms. */
const AHEAD_MS = 60_000;
/** Characters. */
const SHOWN = 300;

/**
 * The newest line behind a rule on logs, so that a person need not look for it: asked for once when the rule becomes
 * true of a job, not at each tick. For people alone; nothing is decided by it.
 */
export class LogEvidence {
  readonly #deps: LogEvidenceDeps;
  readonly #known = new Map<JobKey, { readonly rule: string; readonly line: string | null }>();
  /** Of the last query without an answer: the others of the same tick are not asked. */
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(deps: LogEvidenceDeps) {
    this.#deps = deps;
  }

  /** The decision, with the line in the evidence of its symptom and of a page. Never throws. */
  async added({ job, sight, decision }: Decided, signal: AbortSignal): Promise<Decision> {
    const rule = sight?.rule;
    if (rule?.when.kind !== 'query' || rule.when.lines === null) {
      this.#known.delete(job.key);
      return decision;
    }
    const known = this.#known.get(job.key);
    const { lines, windowMs } = rule.when;
    const line = known?.rule === rule.name ? known.line : await this.#newest(job, { lines, windowMs }, signal);
    this.#known.set(job.key, { rule: rule.name, line });
    if (line === null) return decision;
    const said = `newest line: ${line}`;
    const symptoms = decision.symptoms.map((one) =>
      one.name === rule.name ? { ...one, evidence: `${one.evidence}; ${said}` } : one,
    );
    const pages = 'page' in decision && decision.page;
    return { ...decision, symptoms, detail: pages ? `${decision.detail}; ${said}` : decision.detail };
  }

  async #newest(
    job: PlatformJob,
    { lines: query, windowMs }: { readonly lines: string; readonly windowMs: number },
    signal: AbortSignal,
  ): Promise<string | null> {
    const { logs, clock, labels } = this.#deps;
    const now = clock.now();
    if (logs === null || now - this.#failedAt < DEADLINE_MS) return null;
    const request = { query, from: now - windowMs - AHEAD_MS, to: now + AHEAD_MS, limit: ASKED };
    const answer = await withDeadline({ clock, ms: DEADLINE_MS, signal }, (inner) => logs.lines(request, inner));
    if (!answer.ok) this.#failedAt = clock.now();
    const found = answer.ok ? answer.lines.find((one) => isOf(job, one, labels)) : undefined;
    return found === undefined ? null : found.line.slice(0, SHOWN);
  }
}

function isOf({ ref, status: { pods } }: PlatformJob, { labels }: LogLine, names: SeriesLabels): boolean {
  const pod = labels[names.pod] ?? '';
  if (labels[names.namespace] !== ref.namespace) return false;
  return pods.jobManagers.includes(pod) || pods.taskManagers.includes(pod);
}
