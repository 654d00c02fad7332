/**
 * How much of a restore point was checked.
 * `reported`: Flink REST or our last record says so; `present`: `_metadata` is there and not empty;
 * `complete`: every file that it names is there with its size, `shared/` included.
 */
export type RestorePointLevel = 'reported' | 'present' | 'complete';

/** A completed checkpoint or savepoint. Ordered by `completedAt` over all runs of the job. */
export interface RestorePoint {
  readonly kind: 'checkpoint' | 'savepoint';
  /** Path as Flink takes it in `savepointPath`: the folder that holds `_metadata`. */
  readonly path: string;
  readonly checkpointId: number;
  /** Flink job id of the run that wrote it. */
  readonly flinkJobId: string;
  readonly completedAt: number;
  readonly level: RestorePointLevel;
}

/** A point that can't be used, and why. */
export interface BrokenRestorePoint {
  readonly path: string;
  readonly completedAt: number;
  readonly checkpointId: number;
  readonly problem: string;
}

/** All restore points known of one job, newest first. */
export interface RestorePoints {
  readonly points: readonly RestorePoint[];
  readonly broken: readonly BrokenRestorePoint[];
  /** Completion of the newest checkpoint known at all, usable or not: rewind is counted from here. */
  readonly newestKnownAt: number | null;
}

/** Restore points as a look of this moment found them. */
export interface RestoreLook extends RestorePoints {
  /** False where storage was read: a point that only Flink reports is then not there. Default true. */
  readonly allowReported?: boolean;
}
