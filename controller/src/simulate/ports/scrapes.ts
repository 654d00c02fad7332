import type { FleetModel } from '../model/fleet-model.ts';
import type { SimulatedJob } from '../model/job.ts';
import { jobValues } from './job-values.ts';

/** Counters and gauges of one vertex at one scrape, summed up over its subtasks. Times are ms. */
export interface VertexScrape {
  /** Virtual seconds. */
  readonly t: number;
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly busyMs: number;
  readonly idleMs: number;
  readonly backPressuredMs: number;
  /** Of the busiest subtask. */
  readonly busiestMs: number;
  readonly subtasks: number;
  /** Of a source; null elsewhere. */
  readonly pending: number | null;
  readonly lagMs: number | null;
  /** Seconds since it last read something. */
  readonly idleForS: number;
}

/** What Prometheus keeps of one job. */
export interface JobScrapes {
  /** Of the JobManager's newest scrape; null before the first and when its target was gone at the last one. */
  readonly jobManager: {
    readonly t: number;
    readonly pod: string;
    readonly flinkJobId: string | null;
    readonly job: Readonly<Record<string, number>>;
    readonly cluster: Readonly<Record<string, number>>;
  } | null;
  readonly flinkJobId: string | null;
  /** By vertex, oldest first; empty while no subtask runs. */
  readonly vertices: readonly (readonly VertexScrape[])[];
}

/** Counters of one attempt: Flink's begin anew with each. */
interface Attempt {
  readonly id: string;
  readonly sums: Mutable<Omit<VertexScrape, 't' | 'subtasks' | 'pending' | 'lagMs' | 'idleForS'>>[];
  readonly idleForS: number[];
  readonly rings: VertexScrape[][];
  jobManager: JobScrapes['jobManager'];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up what the subtasks count, second by second, and samples it at scrape instants, as Prometheus would. */
export class Scrapes {
  readonly scrapeS: number;
  readonly #model: FleetModel;
  readonly #kept: number;
  readonly #attempts = new Map<string, Attempt>();

  constructor({ model, scrapeS, windowS }: { model: FleetModel; scrapeS: number; windowS: number }) {
    this.#model = model;
    this.scrapeS = scrapeS;
    this.#kept = Math.ceil(windowS / scrapeS) + 2;
  }

  /** After each second of the model, and once before the first. */
  afterSecond(): void {
    const { now } = this.#model;
    const scrapes = now % this.scrapeS === 0 && this.#model.fleetFault('metrics')?.fault !== 'stale';
    for (const job of this.#model.jobs.values()) {
      const attempt = this.#attempt(job);
      if (now > 0 && job.running) count(job, attempt);
      if (scrapes) this.#scrape(job, attempt);
    }
  }

  of(name: string): JobScrapes {
    const attempt = this.#attempts.get(name);
    const jobManager = attempt?.jobManager ?? null;
    return { jobManager, flinkJobId: attempt?.id.split('/')[0] ?? null, vertices: attempt?.rings ?? [] };
  }

  #attempt(job: SimulatedJob): Attempt {
    const id = `${job.run?.flinkJobId ?? ''}/${job.run?.restarts ?? 0}`;
    const known = this.#attempts.get(job.name);
    if (known?.id === id) return known;
    const { vertices } = job.graph;
    const made: Attempt = {
      id,
      sums: vertices.map(() => ({
        recordsIn: 0,
        recordsOut: 0,
        busyMs: 0,
        idleMs: 0,
        backPressuredMs: 0,
        busiestMs: 0,
      })),
      idleForS: vertices.map(() => 0),
      rings: vertices.map(() => []),
      jobManager: known?.jobManager ?? null,
    };
    this.#attempts.set(job.name, made);
    return made;
  }

  #scrape(job: SimulatedJob, attempt: Attempt): void {
    attempt.jobManager = job.jobManager.answers ? jobValues(job) : null;
    for (const [index, ring] of attempt.rings.entries()) {
      const sums = attempt.sums[index];
      // Tasks that ended export nothing any more: Prometheus drops their series at once.
      if (!job.running || sums === undefined) ring.length = 0;
      else {
        ring.push(scrapeOf(job, index, { ...sums, idleForS: attempt.idleForS[index] ?? 0 }));
        if (ring.length > this.#kept) ring.shift();
      }
    }
  }
}

function count(job: SimulatedJob, attempt: Attempt): void {
  for (const [index, flow] of job.flow.vertices.entries()) {
    const sums = attempt.sums[index];
    const subtasks = job.parallelism[index] ?? 1;
    if (sums === undefined) continue;
    sums.recordsIn += flow.in;
    sums.recordsOut += flow.out;
    sums.busyMs += flow.busy * subtasks * 1000;
    sums.backPressuredMs += flow.backPressured * subtasks * 1000;
    sums.idleMs += (1 - flow.busy - flow.backPressured) * subtasks * 1000;
    sums.busiestMs += flow.busiest * 1000;
    attempt.idleForS[index] = flow.in > 0 ? 0 : (attempt.idleForS[index] ?? 0) + 1;
  }
}

function scrapeOf(
  job: SimulatedJob,
  index: number,
  sums: Omit<VertexScrape, 't' | 'subtasks' | 'pending' | 'lagMs'>,
): VertexScrape {
  const queue = job.queues[job.graph.sources.indexOf(index)];
  return {
    ...sums,
    t: job.now,
    subtasks: job.parallelism[index] ?? 1,
    pending: queue === undefined ? null : Math.round(queue.unread),
    lagMs: queue === undefined ? null : Math.round(queue.lag() * 1000),
  };
}
