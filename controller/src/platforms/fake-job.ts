import { hasEnded, type JobState, type PlatformStatus } from '../core/model/snapshot.ts';

/** A run of a pretended job. */
export interface FakeRun {
  readonly flinkJobId: string;
  state: Exclude<JobState, 'Gone'>;
  readonly restoredFrom: string | null;
}

/** A pretended process. `key`: the start's nonce; for those there from the beginning, their identity. */
export interface FakeProcess {
  key: string;
  alive: boolean;
}

/** All of a pretended job's world. Tests change it as they like. */
export interface FakeJob {
  readonly namespace: string;
  readonly name: string;
  /** Newest last. */
  readonly runs: FakeRun[];
  /** Restore path → a start from it works. An unknown path does not. */
  readonly points: Map<string, boolean>;
  /** Vertex id → subtasks. */
  parallelism: Record<string, number>;
  jobManager: FakeProcess;
  /** By pod name. */
  readonly taskManagers: Map<string, FakeProcess>;
  incarnation: number;
  readonly slotsPerTaskManager: number;
  /** False: a cancel would delete the checkpoints. */
  keptOnCancel: boolean;
  /** A cancelled run stays CANCELLING until a test ends it. */
  hangsOnCancel: boolean;
  /** A TaskManager whose slots are in use can't be stopped. */
  readonly busyPods: Set<string>;
}

/** What tests say of a job; the rest has defaults: one RUNNING run, two TaskManagers, one usable point. */
export type FakeJobOptions = Partial<Omit<FakeJob, 'taskManagers'>> & {
  readonly name: string;
  readonly taskManagerCount?: number;
};

/** A job that runs well. */
export function createFakeJob(options: FakeJobOptions): FakeJob {
  const { taskManagerCount = 2, ...given } = options;
  const pods = Array.from({ length: taskManagerCount }, (_, index) => fakePod(options.name, index));
  return {
    namespace: 'local',
    runs: [{ flinkJobId: 'a'.repeat(32), state: 'RUNNING', restoredFrom: null }],
    points: new Map([[`/checkpoints/${'a'.repeat(32)}/chk-7`, true]]),
    parallelism: { source: 2, sink: 2 },
    jobManager: { key: 'jm@1', alive: true },
    taskManagers: new Map(pods.map((pod) => [pod, { key: `${pod}@1`, alive: true }])),
    incarnation: 1,
    slotsPerTaskManager: 2,
    keptOnCancel: true,
    hangsOnCancel: false,
    busyPods: new Set(),
    ...given,
  };
}

/** Name of a pretended TaskManager. */
export function fakePod(job: string, index: number): string {
  return `${job}-taskmanager-${index}`;
}

/** The runs that have not ended. */
export function liveRuns(job: FakeJob): readonly FakeRun[] {
  return job.runs.filter((run) => !hasEnded(run.state));
}

/** The platform's view of the job. */
export function fakeStatus(job: FakeJob): PlatformStatus {
  const pods = [...job.taskManagers];
  return {
    jobManager: job.jobManager.alive ? 'Running' : 'Ended',
    taskManagers: {
      wanted: pods.length,
      running: pods.filter(([, process]) => process.alive).length,
      ended: pods.filter(([, process]) => !process.alive).map(([pod]) => pod),
    },
    pods: { jobManagers: [`${job.name}-jm`], taskManagers: pods.map(([pod]) => pod) },
    slotsPerTaskManager: job.slotsPerTaskManager,
    busy: null,
    owner: null,
  };
}
