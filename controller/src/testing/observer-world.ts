import { type JobKey, jobKey } from '../core/model/job-key.ts';
import { INPUTS } from '../core/model/input.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { FakeFlink, type FakeRun } from '../sources/fakes/fake-flink.ts';
import { FakeMetrics } from '../sources/fakes/fake-metrics.ts';
import { FakeStorage } from '../sources/fakes/fake-storage.ts';
import { addJobSeries, type JobSeries } from '../sources/fakes/job-series.ts';
import { FakeClock } from './fake-clock.ts';
import { createObserver, type Observation, type Observer } from '../observe/observer.ts';

const TICK = 5000;

/** Flink job id of the world's run. */
export const RUN = 'f'.repeat(32);

/** A job that runs, as a platform lists it. */
export function platformJob(name = 'topup'): PlatformJob {
  const ref = { platform: 'process', namespace: 'default', kind: 'Job', name } as const;
  return {
    ref,
    key: jobKey(ref),
    labels: {},
    jobName: name,
    restUrl: 'http://jm',
    checkpointDirs: ['/checkpoints'],
    status: {
      jobManager: 'Running',
      taskManagers: { wanted: 1, running: 1, ended: [] },
      pods: { jobManagers: ['jm'], taskManagers: ['tm-0'] },
      slotsPerTaskManager: 4,
      busy: null,
      owner: null,
    },
  };
}

/** For tests: one healthy job with a checkpoint, seen by an observer through doubles. */
export class ObserverWorld {
  readonly clock = new FakeClock();
  readonly metrics = new FakeMetrics();
  readonly flink = new FakeFlink();
  readonly storage = new FakeStorage();
  readonly run: FakeRun;
  observer: Observer;

  constructor() {
    this.run = this.flink.addRun();
    this.flink.completeCheckpoint(this.run, { id: 7, at: 700 });
    this.storage.add({ checkpointId: 7, completedAt: 703 });
    this.series();
    this.observer = this.make();
  }

  make(over: { maxRestCallsPerTick?: number } = {}): Observer {
    const { metrics, storage, clock } = this;
    const settings = { scrapeMs: TICK, tickMs: TICK, ...over };
    return createObserver({ metrics, flinkRest: this.flink.factory, storage, clock, settings });
  }

  /** The series are those of these jobs and of no others. */
  series(...jobs: readonly JobSeries[]): void {
    this.metrics.answers.clear();
    for (const job of jobs.length === 0 ? [{}] : jobs) addJobSeries(this.metrics, job);
  }

  async tick(
    options: { attention?: boolean; jobs?: readonly PlatformJob[] } = {},
  ): Promise<Observation & { first: Snapshot }> {
    await this.clock.advance(TICK);
    const jobs = options.jobs ?? [platformJob()];
    const observation = await this.observer.observe({
      jobs,
      attention: new Set<JobKey>(options.attention === true ? jobs.map((job) => job.key) : []),
      newestKnown: new Map(),
      signal: new AbortController().signal,
    });
    const [first] = observation.snapshots;
    if (first === undefined) throw new Error('no snapshot');
    return { ...observation, first };
  }
}

/** Freshness by input. */
export function freshnessOf(snapshot: Snapshot): Record<string, string> {
  return Object.fromEntries(INPUTS.map((name) => [name, snapshot[name].freshness]));
}
