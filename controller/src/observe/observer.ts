import type { JobKey } from '../core/model/job-key.ts';
import type { Rule } from '../core/model/rule.ts';
import type { RestorePoint } from '../core/model/restore-point.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Clock } from '../io/clock.ts';
import { withDeadline } from '../io/deadline.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { CheckpointStorage, MetricsSource } from '../sources/contract.ts';
import type { FlinkRestFactory } from '../sources/flink-rest/contract.ts';
import { DEFAULT_LABELS, fleetQueries, rateWindowMs, type SeriesLabels } from '../sources/prometheus/queries.ts';
import { assemble } from './assemble.ts';
import { type FleetSeries, indexFleet } from './fleet-series.ts';
import { type JobMemory, newJobMemory } from './job-memory.ts';
import { askRules, queryRules } from './ask-rules.ts';
import { type RuleReading, type RuleSubject, readRules } from './rule-answers.ts';
import { FAILED_LOOKUP, type LookupJob, lookUp } from './look-up.ts';
import { RestDesk } from './rest-desk.ts';
import { freshLimitMs, OBSERVER_DEFAULTS, type ObserverSettings } from './settings.ts';

/** Jobs that are looked up at the same time, at most. */
const AT_ONCE = 8;
/** Calls to Flink REST that one job needs in the worst case. */
const CALLS_A_JOB = 6;
/** Evaluation instants further from our clock are of another time, ms. */
const MAX_SKEW_MS = 60_000;

interface ObserverPorts {
  readonly metrics: MetricsSource;
  /** Null or left out where no logs are to be had. */
  readonly logs?: MetricsSource | null;
  readonly flinkRest: FlinkRestFactory;
  readonly storage: CheckpointStorage;
  readonly clock: Clock;
}

export interface ObserverOptions extends ObserverPorts {
  readonly settings: Pick<ObserverSettings, 'scrapeMs' | 'tickMs'> & Partial<ObserverSettings>;
  readonly labels?: SeriesLabels;
  /** Of log streams. */
  readonly logLabels?: SeriesLabels;
  /** Label → value that every series must have. */
  readonly matchers?: Readonly<Record<string, string>>;
}

interface ObserveRequest {
  readonly jobs: readonly PlatformJob[];
  /** Jobs that somebody waits for: Flink is asked at each tick. */
  readonly attention: ReadonlySet<JobKey>;
  /** Newest point ever known of each job (`ObservedJob.newestRestorePoint`). */
  readonly newestKnown: ReadonlyMap<JobKey, RestorePoint>;
  /** Rules in force by job; left out where there are none. */
  readonly rules?: ReadonlyMap<JobKey, readonly Rule[]>;
  readonly signal: AbortSignal;
}

/** What one tick saw. */
export interface Observation {
  /** Controller's clock when the tick began. */
  readonly at: number;
  /** One a job, in the order of the request. */
  readonly snapshots: readonly Snapshot[];
  /** At least one query was answered. */
  readonly metricsUp: boolean;
  /** Asked of metrics for the fleet, rules not counted. */
  readonly queries: number;
  /** Series that fitted no job under the rule that asked, by rule's name. */
  readonly ignoredSeries: ReadonlyMap<string, number>;
  /** Calls to Flink REST. */
  readonly restCalls: number;
}

/** Sources → snapshots. Remembers what Flink REST said of runs that have not changed; losing that costs only calls. */
export interface Observer {
  /** Takes one snapshot of each job. Never throws: what could not be had is said in the inputs. */
  observe(request: ObserveRequest): Promise<Observation>;
}

export function createObserver(options: ObserverOptions): Observer {
  const settings: ObserverSettings = { ...OBSERVER_DEFAULTS, ...options.settings };
  const labels = options.labels ?? DEFAULT_LABELS;
  const windowMs = rateWindowMs(settings.scrapeMs);
  const queries = fleetQueries({ labels, matchers: options.matchers ?? {}, windowMs });
  const memories = new Map<JobKey, JobMemory>();

  async function askFleet(signal: AbortSignal): Promise<{ fleet: FleetSeries; metricsUp: boolean }> {
    const answers = await options.metrics.instant(queries, signal);
    const fleet = indexFleet(answers, { labels, now: options.clock.now(), maxSkewMs: MAX_SKEW_MS });
    return { fleet, metricsUp: Object.values(answers).some((answer) => answer.ok) };
  }

  async function askAllRules(
    ruleSubjects: readonly RuleSubject[],
    at: number,
    signal: AbortSignal,
  ): Promise<RuleReading> {
    const sources = { prometheus: options.metrics, loki: options.logs ?? null };
    const deadline = { clock: options.clock, ms: settings.rulesDeadlineMs, signal };
    const answerOf = await withDeadline(deadline, (inner) =>
      askRules(
        ruleSubjects.flatMap((subject) => subject.rules),
        sources,
        inner,
      ),
    );
    const reading = {
      labels: { prometheus: labels, loki: options.logLabels ?? DEFAULT_LABELS },
      at,
      slackMs: freshLimitMs(settings),
      maxSkewMs: MAX_SKEW_MS,
    };
    return readRules(ruleSubjects, answerOf, reading);
  }

  return {
    async observe({ jobs, attention, newestKnown, rules, signal }) {
      const at = options.clock.now();
      forget(memories, jobs);
      const asked = askAllRules(
        jobs.map((job) => ({ job, rules: queryRules(rules?.get(job.key) ?? []) })),
        at,
        signal,
      );
      const { fleet, metricsUp } = await askFleet(signal);
      const subjects = jobs.map((job) => ({
        job,
        attention: attention.has(job.key),
        newestKnown: newestKnown.get(job.key) ?? null,
        memory: memoryOf(memories, job.key),
      }));
      const assembling = { fleet, settings, windowMs, at };
      const deadline = { clock: options.clock, ms: settings.lookupDeadlineMs, signal };
      const { lookups, restCalls } = await withDeadline(deadline, async (inner) => {
        const desk = new RestDesk({ factory: options.flinkRest, budget: settings.maxRestCallsPerTick, signal: inner });
        const context = { ...assembling, desk, storage: options.storage, signal: inner };
        // Not so many at once that each gets a part of its answers and none gets all.
        const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(settings.maxRestCallsPerTick / CALLS_A_JOB)));
        const found = await inOrder(subjects, atOnce, async (subject) => {
          const before = desk.calls;
          const lookup = await lookUp(subject, context).catch(() => FAILED_LOOKUP);
          if (desk.calls > before) subject.memory.askedAt = at;
          return lookup;
        });
        return { lookups: found, restCalls: desk.calls };
      });
      const { byJob, ignored } = await asked;
      const snapshots = subjects.flatMap((subject) => {
        const lookup = lookups.get(subject);
        return lookup === undefined
          ? []
          : [assemble(subject.job, { ...lookup, rules: byJob.get(subject.job.key) ?? {} }, assembling)];
      });
      return { at, snapshots, metricsUp, queries: Object.keys(queries).length, ignoredSeries: ignored, restCalls };
    },
  };
}

function memoryOf(memories: Map<JobKey, JobMemory>, key: JobKey): JobMemory {
  const memory = memories.get(key) ?? newJobMemory();
  memories.set(key, memory);
  return memory;
}

function forget(memories: Map<JobKey, JobMemory>, jobs: readonly PlatformJob[]): void {
  const known = new Set(jobs.map((job) => job.key));
  for (const key of memories.keys()) if (!known.has(key)) memories.delete(key);
}

/** Runs `work` for each, `atOnce` at the same time: those with attention first, then those asked longest ago. */
async function inOrder<S extends LookupJob, T>(
  subjects: readonly S[],
  atOnce: number,
  work: (subject: S) => Promise<T>,
): Promise<Map<S, T>> {
  const waiting = [...subjects].sort(
    (a, b) => Number(b.attention) - Number(a.attention) || a.memory.askedAt - b.memory.askedAt,
  );
  const results = new Map<S, T>();
  const next = async (): Promise<void> => {
    for (let subject = waiting.shift(); subject !== undefined; subject = waiting.shift()) {
      results.set(subject, await work(subject));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return results;
}
