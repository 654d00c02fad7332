import type { Platform, PlatformJob } from '../../../controller/src/platforms/contract.ts';

/** A platform with one job that runs on two TaskManagers, and what a test may do to its world. */
export interface PlatformHarness {
  readonly platform: Platform;
  /** The same world seen by a Drey that was started anew. */
  reopen(): Platform;
  job(): Promise<PlatformJob>;
  /** Everything that a write could change, as text: living runs, living processes, sizes. */
  world(): Promise<string>;
  /** Flink job ids of the runs that have not ended. */
  liveRuns(): Promise<readonly string[]>;
  /** Vertex id → subtasks that run now. */
  parallelism(): Promise<Readonly<Record<string, number>>>;
  /** Path of the newest point from which the job can be started. */
  restorePoint(): Promise<string>;
  /** Path of a point from which it can't. */
  brokenPoint(): Promise<string>;
  killTaskManager(pod: string): Promise<void>;
  /** TaskManagers outlive it. */
  killJobManager(): Promise<void>;
  /** For what needs time: 0 on a double. */
  readonly patienceMs: number;
  dispose(): Promise<void>;
}
