import { CLUSTER_SCOPE, JOB_SCOPE, type QueryName, type SeriesLabels } from '../sources/prometheus/queries.ts';
import type { QueryAnswer, Sample, SourceError } from '../sources/contract.ts';

/** What one JobManager reports of one run. Times and counts as Flink names them. */
export interface RunReport {
  readonly pod: string;
  readonly values: Map<string, number>;
  /** Null where its age is not known. */
  ageMs: number | null;
}

/** One vertex of one run. A value that is missing has no series. */
export interface VertexSeries {
  readonly id: string;
  readonly name: string;
  readonly values: Map<VertexQuery, number>;
}

/** Queries that answer by vertex. */
export type VertexQuery = Exclude<QueryName, 'job' | 'jobAge' | 'cluster' | 'clusterAge'>;

/** All series of one run (one Flink job id). */
export interface RunSeries {
  readonly flinkJobId: string;
  readonly reports: Map<string, RunReport>;
  readonly vertices: Map<string, VertexSeries>;
}

/** What one JobManager reports of its cluster. */
export interface ClusterReport {
  readonly pod: string;
  readonly values: Map<string, number>;
  ageMs: number | null;
}

/** The answers of one tick by job, without any judgement. */
export interface FleetSeries {
  /** By `jobIdentity`, then by Flink job id. */
  readonly jobs: ReadonlyMap<string, ReadonlyMap<string, RunSeries>>;
  /** By namespace, then by JobManager's pod. */
  readonly clusters: ReadonlyMap<string, ReadonlyMap<string, ClusterReport>>;
  /** Queries without a usable answer. */
  readonly failed: ReadonlyMap<QueryName, SourceError | StaleAnswer>;
}

/** An answer that was evaluated too long ago, or by a clock too far from ours. */
interface StaleAnswer {
  readonly kind: 'staleAnswer';
  readonly message: string;
}

/** By this pair series are joined to jobs. */
export function jobIdentity(namespace: string, jobName: string): string {
  return `${namespace}\0${jobName}`;
}

/** How answers are read. */
export interface IndexOptions {
  readonly labels: SeriesLabels;
  /** Controller's clock. */
  readonly now: number;
  /** Evaluation instants further away than this are not believed, ms. */
  readonly maxSkewMs: number;
}

/** Sorts the answers by job. Series without the labels of the contract are left out. */
export function indexFleet(
  answers: Readonly<Partial<Record<QueryName, QueryAnswer>>>,
  options: IndexOptions,
): FleetSeries {
  const index = new Index(options.labels);
  const failed = new Map<QueryName, SourceError | StaleAnswer>();
  for (const [name, answer] of Object.entries(answers) as [QueryName, QueryAnswer][]) {
    if (!answer.ok) failed.set(name, answer.error);
    else if (answer.evaluatedAt !== null && Math.abs(options.now - answer.evaluatedAt) > options.maxSkewMs) {
      const seconds = Math.round((options.now - answer.evaluatedAt) / 1000);
      failed.set(name, { kind: 'staleAnswer', message: `answer evaluated ${seconds} s ago` });
    } else for (const sample of answer.samples) index.add(name, sample);
  }
  return { jobs: index.jobs, clusters: index.clusters, failed };
}

class Index {
  readonly jobs = new Map<string, Map<string, RunSeries>>();
  readonly clusters = new Map<string, Map<string, ClusterReport>>();
  readonly #labels: SeriesLabels;

  constructor(labels: SeriesLabels) {
    this.#labels = labels;
  }

  add(query: QueryName, { labels, value }: Sample): void {
    const namespace = labels[this.#labels.namespace];
    const pod = labels[this.#labels.pod] ?? '';
    if (namespace === undefined) return;
    if (query === 'cluster' || query === 'clusterAge') {
      addReport(
        this.#cluster(namespace, pod),
        query === 'clusterAge',
        labels.__name__?.slice(CLUSTER_SCOPE.length),
        value,
      );
      return;
    }
    const run = this.#run(namespace, labels);
    if (run === undefined) return;
    if (query === 'job' || query === 'jobAge') {
      addReport(reportOf(run, pod), query === 'jobAge', labels.__name__?.slice(JOB_SCOPE.length), value);
    } else vertexOf(run, labels)?.values.set(query, value);
  }

  #run(namespace: string, labels: Sample['labels']): RunSeries | undefined {
    const name = labels[this.#labels.job];
    const id = labels.job_id;
    if (name === undefined || id === undefined) return undefined;
    const runs = getOrAdd(this.jobs, jobIdentity(namespace, name), () => new Map<string, RunSeries>());
    return getOrAdd(runs, id, () => ({ flinkJobId: id, reports: new Map(), vertices: new Map() }));
  }

  #cluster(namespace: string, pod: string): ClusterReport {
    const pods = getOrAdd(this.clusters, namespace, () => new Map<string, ClusterReport>());
    return getOrAdd(pods, pod, () => ({ pod, values: new Map(), ageMs: null }));
  }
}

function addReport(report: RunReport | ClusterReport, isAge: boolean, name: string | undefined, value: number): void {
  if (isAge) report.ageMs = value * 1000;
  else if (name !== undefined) report.values.set(name, value);
}

function reportOf(run: RunSeries, pod: string): RunReport {
  return getOrAdd(run.reports, pod, () => ({ pod, values: new Map(), ageMs: null }));
}

function vertexOf(run: RunSeries, labels: Sample['labels']): VertexSeries | undefined {
  const id = labels.task_id;
  if (id === undefined) return undefined;
  return getOrAdd(run.vertices, id, () => ({ id, name: labels.task_name ?? '', values: new Map() }));
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
