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

/** For all jobs together within `SPAN_MS`: people wait for a tick, not for a line, ms. */
const BUDGET_MS = 2000;
const SPAN_MS = 5000;
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
  #spent = { since: Number.NEGATIVE_INFINITY, ms: 0 };

  constructor(deps: LogEvidenceDeps) {
    this.#deps = deps;
  }

  /** Forgets the jobs that are not among these. Once a tick. */
  keep(jobs: ReadonlySet<JobKey>): void {
    for (const key of this.#known.keys()) if (!jobs.has(key)) this.#known.delete(key);
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
    if (line === undefined) return decision;
    this.#known.set(job.key, { rule: rule.name, line });
    if (line === null) return decision;
    const said = `newest line: ${line}`;
    const symptoms = decision.symptoms.map((one) =>
      one.name === rule.name ? { ...one, evidence: `${one.evidence}; ${said}` } : one,
    );
    const pages = 'page' in decision && decision.page;
    return { ...decision, symptoms, detail: pages ? `${decision.detail}; ${said}` : decision.detail };
  }

  /** Undefined where nobody answered, or the time for it is spent: it may be asked again. */
  async #newest(
    job: PlatformJob,
    { lines: query, windowMs }: { readonly lines: string; readonly windowMs: number },
    signal: AbortSignal,
  ): Promise<string | null | undefined> {
    const { logs, clock, labels } = this.#deps;
    const now = clock.now();
    if (now - this.#spent.since >= SPAN_MS) this.#spent = { since: now, ms: 0 };
    const ms = BUDGET_MS - this.#spent.ms;
    if (logs === null || ms <= 0) return undefined;
    const request = { query, from: now - windowMs - AHEAD_MS, to: now + AHEAD_MS, limit: ASKED };
    const answer = await withDeadline({ clock, ms, signal }, (inner) => logs.lines(request, inner));
    // One that fails at once speaks for the others of its tick.
    this.#spent.ms += answer.ok ? clock.now() - now : BUDGET_MS;
    if (!answer.ok) return undefined;
    return answer.lines.find((one) => isOf(job, one, labels))?.line.slice(0, SHOWN) ?? null;
  }
}

function isOf({ ref, status: { pods } }: PlatformJob, { labels }: LogLine, names: SeriesLabels): boolean {
  const pod = labels[names.pod] ?? '';
  if (labels[names.namespace] !== ref.namespace) return false;
  return pods.jobManagers.includes(pod) || pods.taskManagers.includes(pod);
}
