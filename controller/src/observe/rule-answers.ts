import { type Input, unusable } from '../core/model/input.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Rule } from '../core/model/rule.ts';
import type { RuleAnswer } from '../core/model/snapshot.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { QueryAnswer, Sample } from '../sources/contract.ts';
import type { SeriesLabels } from '../sources/prometheus/queries.ts';

/** A rule on a query, and what asks it. */
export type QueryRule = Rule & { readonly when: Extract<Rule['when'], { kind: 'query' }> };

/** The query rules in force for one job. */
export interface RuleSubject {
  readonly job: PlatformJob;
  readonly rules: readonly QueryRule[];
}

/** How answers are read. Instants are epoch ms on the controller's clock. */
export interface ReadOptions {
  readonly labels: Readonly<Record<QueryRule['when']['source'], SeriesLabels>>;
  /** Before anything was asked. */
  readonly at: number;
  /** Up to this old a sample may be that stands for now, ms. */
  readonly slackMs: number;
  /** Instants of evaluation further away than this are not believed, ms. */
  readonly maxSkewMs: number;
}

/** What the answers say, job by job. */
export interface RuleReading {
  /** By job, then by rule's name. */
  readonly byJob: ReadonlyMap<JobKey, Readonly<Record<string, Input<RuleAnswer>>>>;
  /** Series that fitted no job under the rule, by rule's name: they are not acted on. */
  readonly ignored: ReadonlyMap<string, number>;
}

/** One query may not answer more: each series is a sick job. */
const MAX_SERIES = 2000;
const SHOWN_PODS = 3;

/** Joins answers to jobs: by namespace and job name, else by namespace and pod. `answerOf`: of a query rule. */
export function readRules(
  subjects: readonly RuleSubject[],
  answerOf: (rule: QueryRule) => QueryAnswer,
  options: ReadOptions,
): RuleReading {
  const used = new Map<QueryAnswer, Set<Sample>>();
  const names = new Map<QueryAnswer, string>();
  const indexes = new Map<QueryAnswer, Index>();
  const byJob = new Map<JobKey, Readonly<Record<string, Input<RuleAnswer>>>>();
  for (const { job, rules } of subjects) {
    const inputs = rules.map((rule) => {
      const answer = answerOf(rule);
      const index = indexes.get(answer) ?? indexOf(answer, options.labels[rule.when.source]);
      indexes.set(answer, index);
      names.set(answer, rule.name);
      const mine = samplesOf(job, index);
      const known = used.get(answer) ?? new Set();
      for (const sample of mine) known.add(sample);
      used.set(answer, known);
      return [rule.name, inputOf(rule, { answer, mine }, options)] as const;
    });
    byJob.set(job.key, Object.fromEntries(inputs));
  }
  return { byJob, ignored: countIgnored(names, used) };
}

function countIgnored(
  names: ReadonlyMap<QueryAnswer, string>,
  used: ReadonlyMap<QueryAnswer, ReadonlySet<Sample>>,
): ReadonlyMap<string, number> {
  const ignored = new Map<string, number>();
  for (const [answer, name] of names) {
    const left = answer.ok ? answer.samples.length - (used.get(answer)?.size ?? 0) : 0;
    if (left > 0) ignored.set(name, (ignored.get(name) ?? 0) + left);
  }
  return ignored;
}

/** Samples by what they can be joined by. */
interface Index {
  readonly byJob: ReadonlyMap<string, readonly Sample[]>;
  /** Only those that name no job. */
  readonly byPod: ReadonlyMap<string, readonly Sample[]>;
  readonly podLabel: string;
}

function indexOf(answer: QueryAnswer, labels: SeriesLabels): Index {
  const samples = answer.ok && answer.samples.length <= MAX_SERIES ? answer.samples : [];
  const keyed = (label: string, wanted: (sample: Sample) => boolean): Map<string, Sample[]> => {
    const groups = new Map<string, Sample[]>();
    for (const sample of samples.filter(wanted)) {
      const key = pair(sample.labels[labels.namespace] ?? '', sample.labels[label] ?? '');
      groups.set(key, [...(groups.get(key) ?? []), sample]);
    }
    return groups;
  };
  const namesJob = (sample: Sample): boolean => (sample.labels[labels.job] ?? '') !== '';
  return {
    byJob: keyed(labels.job, namesJob),
    byPod: keyed(labels.pod, (sample) => !namesJob(sample)),
    podLabel: labels.pod,
  };
}

function samplesOf({ ref, jobName, status }: PlatformJob, { byJob, byPod }: Index): readonly Sample[] {
  const pods = [...status.pods.jobManagers, ...status.pods.taskManagers];
  return [
    ...(byJob.get(pair(ref.namespace, jobName)) ?? []),
    ...pods.flatMap((pod) => byPod.get(pair(ref.namespace, pod)) ?? []),
  ];
}

function inputOf(
  rule: QueryRule,
  { answer, mine }: { readonly answer: QueryAnswer; readonly mine: readonly Sample[] },
  options: ReadOptions,
): Input<RuleAnswer> {
  const { source, windowMs } = rule.when;
  const problem = problemOf(answer, options);
  if (problem !== null) return unusable(problem.freshness, source, problem.detail);
  const numbers = mine.filter((sample) => !Number.isNaN(sample.value));
  if (numbers.length < mine.length && numbers.length === 0) return unusable('nan', source, 'its value is NaN');
  const value: RuleAnswer = {
    isTrue: numbers.length > 0,
    evidenceFrom: options.at - windowMs - options.slackMs,
    pods: podsOf(numbers, options.labels[source].pod),
    detail: detailOf(rule, numbers, options.labels[source].pod),
  };
  return { freshness: 'fresh', value, ageMs: 0, source };
}

function problemOf(
  answer: QueryAnswer,
  { at, maxSkewMs }: ReadOptions,
): { readonly freshness: 'error' | 'stale'; readonly detail: string } | null {
  if (!answer.ok) return { freshness: 'error', detail: answer.error.message };
  if (answer.samples.length > MAX_SERIES) {
    return { freshness: 'error', detail: `${answer.samples.length} series, at most ${MAX_SERIES} are read` };
  }
  const skewMs = answer.evaluatedAt === null ? 0 : Math.abs(at - answer.evaluatedAt);
  if (skewMs <= maxSkewMs) return null;
  return { freshness: 'stale', detail: `evaluated ${Math.round(skewMs / 1000)} s away from now` };
}

function podsOf(samples: readonly Sample[], label: string): readonly string[] {
  return [...new Set(samples.map((sample) => sample.labels[label] ?? ''))].filter((pod) => pod !== '');
}

function detailOf(rule: QueryRule, samples: readonly Sample[], podLabel: string): string {
  if (samples.length === 0) return 'not true';
  const largest = Math.max(...samples.map((sample) => sample.value));
  const count = samples.length === 1 ? '' : `${samples.length} series, largest `;
  const pods = podsOf(samples, podLabel);
  const more = pods.length > SHOWN_PODS ? ` and ${pods.length - SHOWN_PODS} more` : '';
  const where = pods.length === 0 ? '' : ` on ${pods.slice(0, SHOWN_PODS).join(', ')}${more}`;
  return `${rule.name}: ${count}value ${Number(largest.toPrecision(4))}${where}`;
}

const pair = (namespace: string, name: string): string => `${namespace}\0${name}`;
