/** How a metric is declared. Labels have few values, or one per job. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const JOB = ['platform', 'namespace', 'kind', 'name'] as const;

/** Every metric of Drey: the one table, also of docs/reference/metrics.md. */
export const METRICS = {
  drey_info: { type: 'gauge', help: 'Always 1; tells the version.', labels: ['version'] },
  drey_ticks_total: { type: 'counter', help: 'Ticks by how they ended: done or failed.', labels: ['outcome'] },
  drey_tick_duration_seconds: {
    type: 'histogram',
    help: 'Time of one pass over the fleet.',
    labels: [],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60],
  },
  drey_last_tick_timestamp_seconds: {
    type: 'gauge',
    help: 'When the last whole tick ended, Unix time; 0 before the first.',
    labels: [],
  },
  drey_source_requests_total: {
    type: 'counter',
    help: 'Calls of sources by outcome: ok, or the kind of the error.',
    labels: ['source', 'outcome'],
  },
  drey_jobs: { type: 'gauge', help: 'Watched jobs by mode of the policy in force.', labels: ['mode'] },
  drey_policies_rejected: {
    type: 'gauge',
    help: '1 while edited policies are refused and the last accepted ones stay in force, else 0.',
    labels: [],
  },
  drey_job_healthy: { type: 'gauge', help: '1 healthy, 0 not; no series while nobody can tell.', labels: [...JOB] },
  drey_job_lag_seconds: {
    type: 'gauge',
    help: 'Age of the work that waits; no series while it is not known.',
    labels: [...JOB],
  },
  drey_job_input_fresh: {
    type: 'gauge',
    help: '1 while the input may be acted on, else 0.',
    labels: [...JOB, 'input'],
  },
  drey_page_active: { type: 'gauge', help: '1 while a person should look at the job.', labels: [...JOB, 'cause'] },
  drey_decisions_total: {
    type: 'counter',
    help: 'Decisions, one a job and tick, by kind and reason.',
    labels: ['kind', 'reason'],
  },
  drey_holds_total: {
    type: 'counter',
    help: 'Holds, one a job and tick, by reason: every reason has a series from the start.',
    labels: ['reason'],
  },
  drey_actions_total: {
    type: 'counter',
    help: 'Closed remediations by action and outcome.',
    labels: ['action', 'outcome'],
  },
  drey_rule_series_ignored: {
    type: 'gauge',
    help: "Series of a rule's answer that fitted no job under it: a label is missing, or the job is not watched.",
    labels: ['rule'],
  },
  drey_remediations: { type: 'gauge', help: 'Open remediations by phase.', labels: ['phase'] },
} as const satisfies Readonly<Record<string, MetricRow>>;

/** One of `METRICS`. */
export type MetricName = keyof typeof METRICS;
type OfType<T extends MetricRow['type']> = {
  [K in MetricName]: (typeof METRICS)[K]['type'] extends T ? K : never;
}[MetricName];
/** Its counters. */
export type CounterName = OfType<'counter'>;
/** Its gauges. */
export type GaugeName = OfType<'gauge'>;
/** Its histograms. */
export type HistogramName = OfType<'histogram'>;

/** Values of all labels of a metric. */
export type LabelsOf<K extends MetricName> = Readonly<Record<(typeof METRICS)[K]['labels'][number], string>>;
