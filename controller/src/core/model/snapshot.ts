import type { Input } from './input.ts';
import type { JobKey, JobRef } from './job-key.ts';
import type { RestorePoints } from './restore-point.ts';
import type { Topology } from './topology.ts';

/** Flink's own job states, and `Gone` where Flink answers and does not know the job (any more). */
export type JobState =
  | 'CREATED'
  | 'INITIALIZING'
  | 'RUNNING'
  | 'FAILING'
  | 'FAILED'
  | 'CANCELLING'
  | 'CANCELED'
  | 'FINISHED'
  | 'RESTARTING'
  | 'SUSPENDED'
  | 'RECONCILING'
  | 'Gone';

/** A run in this state never leaves it. */
export function hasEnded(state: JobState): boolean {
  return state === 'FAILED' || state === 'CANCELED' || state === 'FINISHED';
}

/** Flink's word, or that of its series, on the job's newest run. */
export interface JobRun {
  readonly state: JobState;
  readonly flinkJobId: string | null;
  /** How long it has been RUNNING without a break, ms; 0 when not RUNNING; null where the source can't tell. */
  readonly runningForMs: number | null;
}

/** Restarts of the run since it began. */
export interface RestartCounts {
  /** All restarts of this run, rescales included (Flink's numRestarts). */
  readonly restarts: number;
  /** Flink's numRescales; null where it has no such metric (`flink-lines.ts`). */
  readonly rescales: number | null;
}

/** Checkpoints of the run since it began. */
export interface CheckpointCounts {
  readonly completed: number;
  readonly failed: number;
  readonly inProgress: number;
  readonly lastCompletedId: number | null;
  /** Epoch ms; null where Flink has no such metric (`flink-lines.ts`) or none completed. */
  readonly lastCompletedAt: number | null;
  readonly lastDurationMs: number | null;
}

/** One vertex over the newest rate window: sums over its subtasks. */
export interface VertexLoad {
  readonly id: string;
  readonly name: string;
  /** Subtasks whose series are in the answer. */
  readonly subtasks: number;
  /** Records read or received, records/s. */
  readonly inRate: number;
  /** Records emitted, records/s. */
  readonly outRate: number;
  /** Mean share of time per subtask, 0..1. */
  readonly busy: number;
  readonly idle: number;
  readonly backPressured: number;
  /** The busiest subtask's share, 0..1. */
  readonly busiest: number;
  /** Sources: records not yet read, and how fast that grows (records, records/s); null where the source has no such gauge. */
  readonly pending: number | null;
  readonly pendingGrowth: number | null;
}

/** How far a job is behind: the largest of its sources. */
export interface Lag {
  /** Age of the work that waits, ms: event-time lag where the source shows it, else pending / rate. */
  readonly lagMs: number;
  readonly by: 'eventTime' | 'pending';
}

/** TaskManagers and slots as the JobManager knows them. */
export interface TaskManagerCounts {
  readonly registered: number;
  readonly slotsTotal: number;
  readonly slotsFree: number;
}

/** A TaskManager that lives and that the JobManager, asked for all it has, does not name. Epoch ms. */
export interface UnregisteredTaskManager {
  readonly pod: string;
  /** Null where the start was not seen. */
  readonly startedAt: number | null;
  /** From then on it was missing in each answer. */
  readonly since: number;
}

/** What the platform itself says, seldom from metrics: processes or pods. */
export interface PlatformStatus {
  readonly jobManager: 'Running' | 'Ended' | 'Missing';
  readonly taskManagers: {
    readonly wanted: number;
    readonly running: number;
    readonly ended: readonly string[];
    /** Added by the observer; left out where Flink was not asked or did not answer. */
    readonly unregistered?: readonly UnregisteredTaskManager[];
  };
  /** By name: those that the job's tasks and its JobManager run in. */
  readonly pods: { readonly jobManagers: readonly string[]; readonly taskManagers: readonly string[] };
  readonly slotsPerTaskManager: number;
  /** The platform is changing the job itself; nobody else should now. */
  readonly busy: string | null;
  /** Another controller that owns scaling or recovery of this job. */
  readonly owner: string | null;
}

/** A failure as Flink's exception history tells it. Hostile text: bounded, never part of a query. */
export interface FlinkException {
  readonly name: string;
  readonly message: string;
  readonly at: number;
  readonly taskManager: string | null;
}

/** Newest first. */
export interface Exceptions {
  readonly entries: readonly FlinkException[];
}

/** What a rule's query says of one job. */
export interface RuleAnswer {
  readonly isTrue: boolean;
  /** Nothing older took part in it, epoch ms. */
  readonly evidenceFrom: number;
  /** The pods that its series name. */
  readonly pods: readonly string[];
  /** For people. */
  readonly detail: string;
}

/** Everything known of one job at one instant. Taken once a tick, never mixed with an older one. */
export interface Snapshot {
  readonly key: JobKey;
  readonly ref: JobRef;
  /** Controller's clock. */
  readonly at: number;
  readonly jobState: Input<JobRun>;
  readonly restarts: Input<RestartCounts>;
  readonly checkpoints: Input<CheckpointCounts>;
  readonly vertices: Input<readonly VertexLoad[]>;
  readonly lag: Input<Lag>;
  readonly topology: Input<Topology>;
  readonly taskManagers: Input<TaskManagerCounts>;
  readonly platform: Input<PlatformStatus>;
  /** The restore points seen at the newest look at storage, and what this run restored from. */
  readonly restorePoints: Input<RestorePoints>;
  readonly restoredFrom: Input<RestoredFrom>;
  readonly exceptions: Input<Exceptions>;
  /** By rule's name: what the queries of the policy in force say of this job. */
  readonly rules: Readonly<Record<string, Input<RuleAnswer>>>;
}

/** `latest.restored` of the run; `point` null = the run started empty. */
export interface RestoredFrom {
  readonly flinkJobId: string;
  readonly startedAt: number;
  readonly point: { readonly path: string; readonly checkpointId: number; readonly restoredAt: number } | null;
}
