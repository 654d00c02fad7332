/** Names of the labels that join series to jobs; see the label contract. */
export interface SeriesLabels {
  readonly namespace: string;
  readonly pod: string;
  /** Flink's own name of the job. */
  readonly job: string;
}

/** The label contract's own names. */
export const DEFAULT_LABELS: SeriesLabels = { namespace: 'namespace', pod: 'pod', job: 'job_name' };

/** What the queries are written for. */
export interface QuerySettings {
  readonly labels: SeriesLabels;
  /** Label → value that every series must have, for example of the cluster. */
  readonly matchers: Readonly<Record<string, string>>;
  /** Over which rates are taken, ms: `rateWindowMs`. */
  readonly windowMs: number;
}

/** Four scrapes, so that a lost one does not hurt; at least 20 s. */
export function rateWindowMs(scrapeMs: number): number {
  return Math.max(4 * scrapeMs, 20_000);
}

const JOB_METRICS = [
  'runningTime',
  'restartingTime',
  'failingTime',
  'cancellingTime',
  'createdTime',
  'initializingTime',
  'numRestarts',
  'numRescales',
  'numberOfCompletedCheckpoints',
  'numberOfFailedCheckpoints',
  'numberOfInProgressCheckpoints',
  'lastCompletedCheckpointId',
  'lastCheckpointCompletedTimestamp',
  'lastCheckpointDuration',
] as const;

const CLUSTER_METRICS = ['numRegisteredTaskManagers', 'taskSlotsTotal', 'taskSlotsAvailable'] as const;

/** What Flink's reporter puts before the name of a job's metric. */
export const JOB_SCOPE = 'flink_jobmanager_job_';
/** The same for the cluster's own. */
export const CLUSTER_SCOPE = 'flink_jobmanager_';
const TASK_SCOPE = 'flink_taskmanager_job_task_';
const OPERATOR_SCOPE = `${TASK_SCOPE}operator_`;

/** The one set of queries of a tick, whatever the number of jobs. Ages are in seconds, as PromQL tells time. */
export type QueryName =
  | 'job'
  | 'jobAge'
  | 'cluster'
  | 'clusterAge'
  | 'vertexIn'
  | 'vertexOut'
  | 'vertexBusy'
  | 'vertexIdle'
  | 'vertexBackPressured'
  | 'vertexBusiest'
  | 'vertexSubtasks'
  | 'vertexAge'
  | 'sourceIn'
  | 'sourcePending'
  | 'sourcePendingGrowth'
  | 'sourceLag';

/**
 * - Rates come from counters over one window. Flink's own `…PerSecond` meters are averages over 60 s, and the window of
 *   records and of busy time must be the same.
 * - `rate(x[w]) and x`: a rate lives on for a window after its series ended; without the second half the attempts
 *   before a restart would be added to those after it.
 * - Times are taken by `delta`: Flink computes busy time as what is left of wall time, and it steps back when a long idle
 *   stretch is booked. `rate` takes each such step for a counter that began again and adds the whole count.
 * - The lag of a reader that has been idle for a window is left out: the gauge stays at the last record's lag.
 */
export function fleetQueries(settings: QuerySettings): Readonly<Record<QueryName, string>> {
  const { labels } = settings;
  const window = `${Math.round(settings.windowMs / 1000)}s`;
  const matchers = Object.entries(settings.matchers).map(([name, value]) => `${name}=${quoted(value)}`);
  const select = (...own: string[]): string => `{${[...own, ...matchers].join(',')}}`;
  const oneOf = (scope: string, names: readonly string[]): string =>
    select(`__name__=~${quoted(`${scope}(${names.join('|')})`)}`);
  const job = `${labels.namespace}, ${labels.job}, job_id`;
  const byJob = `by (${job}, ${labels.pod})`;
  const byCluster = `by (${labels.namespace}, ${labels.pod})`;
  const byVertex = `by (${job}, task_id, task_name)`;
  const age = (series: string): string => `time() - timestamp(${series})`;
  const task = (name: string): string => `${TASK_SCOPE}${name}${select()}`;
  const operator = (name: string, ...own: string[]): string => `${OPERATOR_SCOPE}${name}${select(...own)}`;
  const rate = (series: string): string => `rate(${series}[${window}]) and ${series}`;
  const seconds = settings.windowMs / 1000;
  const share = (series: string): string => `delta(${series}[${window}]) / ${seconds} and ${series}`;
  const busy = task('accumulateBusyTimeMs');
  const pending = operator('pendingRecords');

  return {
    job: `max by (__name__, ${job}, ${labels.pod}) (${oneOf(JOB_SCOPE, JOB_METRICS)})`,
    jobAge: `max ${byJob} (${age(`${JOB_SCOPE}numRestarts${select()}`)})`,
    cluster: `max by (__name__, ${labels.namespace}, ${labels.pod}) (${oneOf(CLUSTER_SCOPE, CLUSTER_METRICS)})`,
    clusterAge: `max ${byCluster} (${age(`${CLUSTER_SCOPE}taskSlotsTotal${select()}`)})`,
    vertexIn: `sum ${byVertex} (${rate(task('numRecordsIn'))})`,
    vertexOut: `sum ${byVertex} (${rate(task('numRecordsOut'))})`,
    vertexBusy: `sum ${byVertex} (${share(busy)})`,
    vertexIdle: `sum ${byVertex} (${share(task('accumulateIdleTimeMs'))})`,
    vertexBackPressured: `sum ${byVertex} (${share(task('accumulateBackPressuredTimeMs'))})`,
    vertexBusiest: `max ${byVertex} (${share(busy)})`,
    vertexSubtasks: `count ${byVertex} (group by (${job}, task_id, task_name, subtask_index) (${busy}))`,
    vertexAge: `max ${byVertex} (${age(busy)})`,
    sourceIn: `sum ${byVertex} (${rate(operator('numRecordsIn', `operator_name=~"Source[:_].*"`))})`,
    sourcePending: `sum ${byVertex} (${pending})`,
    sourcePendingGrowth: `sum ${byVertex} (deriv(${pending}[${window}]) and ${pending})`,
    sourceLag: `max ${byVertex} (${operator('currentEmitEventTimeLag')} >= 0 unless ${operator('sourceIdleTime')} > ${settings.windowMs})`,
  };
}

/** A PromQL string in double quotes. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
