import type { JobState } from '../../core/model/snapshot.ts';

/** A completed checkpoint as it lies on storage. Instants are virtual seconds. */
export interface StoredCheckpoint {
  readonly id: number;
  readonly path: string;
  readonly flinkJobId: string;
  readonly completedAt: number;
  /** Of the readers of the sources, in their order. */
  readonly positions: readonly number[];
}

/** A checkpoint in the history of a run. */
export interface CheckpointRecord {
  readonly id: number;
  status: 'COMPLETED' | 'IN_PROGRESS' | 'FAILED';
  readonly triggeredAt: number;
  completedAt: number | null;
  path: string | null;
}

/** One failure in the history of a run. */
export interface RunFailure {
  readonly name: string;
  readonly message: string;
  readonly at: number;
  readonly taskManager: string | null;
}

/** A run: one Flink job id. Instants are virtual seconds. */
export interface Run {
  readonly flinkJobId: string;
  state: Exclude<JobState, 'Gone'>;
  /** When it entered its state. */
  since: number;
  readonly startedAt: number;
  endedAt: number | null;
  runningAt: number | null;
  restarts: number;
  rescales: number;
  /** Newest first, at most 10. */
  failures: RunFailure[];
  /** What ended it. */
  failure: string | null;
  /** What it began from, or went back to last. */
  restored: { readonly id: number; readonly path: string; readonly at: number } | null;
  completed: number;
  failed: number;
  /** Newest first, at most 10. */
  history: CheckpointRecord[];
  /** Trigger id → the checkpoint that it brought about; null while it waits, 'failed' where it did. */
  readonly triggers: Map<string, number | 'failed' | null>;
}

/** A run that begins. */
export function newRun(flinkJobId: string, now: number, restored: StoredCheckpoint | null): Run {
  return {
    flinkJobId,
    state: 'INITIALIZING',
    since: now,
    startedAt: now,
    endedAt: null,
    runningAt: null,
    restarts: 0,
    rescales: 0,
    failures: [],
    failure: null,
    restored: restored === null ? null : { id: restored.id, path: restored.path, at: now },
    completed: 0,
    failed: 0,
    history: [],
    triggers: new Map(),
  };
}

/** Puts a run into a state. */
export function enter(run: Run, state: Run['state'], now: number): void {
  if (run.state === state) return;
  run.state = state;
  run.since = now;
  if (state === 'RUNNING') run.runningAt = now;
  if (state === 'FAILED' || state === 'CANCELED') run.endedAt = now;
}
