import type { FlinkException, JobState } from '../../core/model/snapshot.ts';

/** Makes a client for the JobManager at a base URL (`http://host:8081`, with or without a path). No I/O. */
export type FlinkRestFactory = (baseUrl: string) => FlinkRest;

/**
 * Flink's REST API, the part that Drey needs. Every call has a deadline and throws `SourceError`:
 * `notFound` = Flink answers and does not know it, `refused` = Flink won't, `timeout` and `unreachable` = not known.
 * Flink answers job details from a cache that is up to 3 s old (`web.refresh-interval`).
 */
export interface FlinkRest {
  /** All jobs that the JobManager knows, ended ones included. */
  jobs(signal?: AbortSignal): Promise<readonly RestJob[]>;
  job(id: string, signal?: AbortSignal): Promise<RestJobDetails>;
  /** `notFound` also where checkpointing is off. */
  checkpoints(id: string, signal?: AbortSignal): Promise<RestCheckpoints>;
  /** `notFound` also where checkpointing is off. */
  checkpointConfig(id: string, signal?: AbortSignal): Promise<RestCheckpointConfig>;
  /** The newest failures (at most 10), newest first; texts bounded. */
  exceptions(id: string, signal?: AbortSignal): Promise<readonly FlinkException[]>;
  /**
   * Stack trace of what ended a FAILED run, at most 32 KiB; null where it has not failed. A run that fails while it
   * is set up (a restore point that can't be read) shows its reason here alone: its exceptions are empty.
   */
  failure(id: string, signal?: AbortSignal): Promise<string | null>;
  /** Bounds by vertex id. Works with the adaptive scheduler only. */
  requirements(id: string, signal?: AbortSignal): Promise<Requirements>;
  /** Write. Needs every vertex; `conflict` while another update runs. Success does not mean that the slots are there. */
  setRequirements(id: string, requirements: Requirements, signal?: AbortSignal): Promise<void>;
  taskManagers(signal?: AbortSignal): Promise<readonly RestTaskManager[]>;
  overview(signal?: AbortSignal): Promise<RestOverview>;
  /** Write. Returns when Flink took the request; `conflict` where the job has already ended otherwise. */
  cancel(id: string, signal?: AbortSignal): Promise<void>;
  jars(signal?: AbortSignal): Promise<readonly RestJar[]>;
  /** Write: uploads a file from disk, answers the jar's id. */
  uploadJar(path: string, signal?: AbortSignal): Promise<string>;
  /** Write: starts a run, answers its Flink job id. A second run of a known `jobId` is a `conflict`. */
  runJar(jarId: string, run: RunRequest, signal?: AbortSignal): Promise<string>;
  /** Write: asks for a checkpoint under a trigger id of 32 hex digits chosen by the caller. */
  triggerCheckpoint(id: string, triggerId: string, signal?: AbortSignal): Promise<void>;
  /** `notFound` where Flink does not know the trigger id (any more). */
  checkpointTrigger(id: string, triggerId: string, signal?: AbortSignal): Promise<TriggerStatus>;
}

/** A run in Flink's list. Instants are epoch ms of the JobManager. */
export interface RestJob {
  readonly id: string;
  readonly name: string;
  readonly state: Exclude<JobState, 'Gone'>;
  readonly startedAt: number;
  /** Null while it has not ended. */
  readonly endedAt: number | null;
}

/** A run with its graph. */
export interface RestJobDetails extends RestJob {
  /** When it last entered each state; states never entered are missing. */
  readonly enteredAt: Readonly<Partial<Record<string, number>>>;
  /** JobManager's clock. */
  readonly now: number;
  /** `Adaptive`, `Default`, …; null before Flink 2.3. */
  readonly scheduler: string | null;
  /** Upstream first. */
  readonly vertices: readonly RestVertex[];
}

/** A vertex as it runs now. */
export interface RestVertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly status: string;
  /** Null before Flink 1.20. */
  readonly slotSharingGroup: string | null;
  readonly inputs: readonly string[];
}

/** A checkpoint or savepoint in the run's history. */
export interface RestCheckpoint {
  readonly id: number;
  readonly status: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED';
  readonly savepoint: boolean;
  readonly triggeredAt: number;
  /** End of a completed one. */
  readonly completedAt: number | null;
  /** Null where it has none, or was discarded. */
  readonly path: string | null;
}

/** Checkpoints of one run. */
export interface RestCheckpoints {
  readonly counts: {
    readonly completed: number;
    readonly failed: number;
    readonly inProgress: number;
    readonly restored: number;
  };
  readonly latest: RestCheckpoint | null;
  readonly latestSavepoint: RestCheckpoint | null;
  /** What this run restored from last. */
  readonly restored: {
    readonly id: number;
    readonly path: string | null;
    readonly restoredAt: number;
    readonly savepoint: boolean;
  } | null;
  /** Newest first. */
  readonly history: readonly RestCheckpoint[];
}

/** How a run takes checkpoints. */
export interface RestCheckpointConfig {
  /** ms; Flink's huge number where only savepoints are taken. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** A cancel keeps the checkpoints. */
  readonly keptOnCancel: boolean;
  readonly stateBackend: string | null;
  readonly storage: string | null;
}

/** Subtasks by vertex id, both bounds included. */
export type Requirements = Readonly<Record<string, { readonly lower: number; readonly upper: number }>>;

/** A TaskManager as the JobManager knows it; a killed one stays until its heartbeat times out. */
export interface RestTaskManager {
  readonly id: string;
  readonly slots: number;
  readonly freeSlots: number;
  /** JobManager's clock. */
  readonly lastHeartbeatAt: number | null;
}

interface RestOverview {
  readonly taskManagers: number;
  readonly slotsTotal: number;
  readonly slotsFree: number;
  readonly version: string;
}

/** An uploaded jar. */
export interface RestJar {
  readonly id: string;
  readonly name: string;
  readonly uploadedAt: number;
}

/** A run to start. */
export interface RunRequest {
  /** 32 hex digits, chosen beforehand. */
  readonly jobId: string;
  readonly entryClass?: string;
  readonly args?: readonly string[];
  readonly parallelism?: number;
  /** Restore path; absent = the job starts empty. */
  readonly savepointPath?: string;
  readonly allowNonRestoredState?: boolean;
  readonly claimMode?: 'NO_CLAIM' | 'CLAIM';
  readonly configuration?: Readonly<Record<string, string>>;
}

/** What became of a triggered checkpoint. */
export type TriggerStatus =
  | { readonly state: 'InProgress' }
  | { readonly state: 'Completed'; readonly checkpointId: number }
  | { readonly state: 'Failed' };
