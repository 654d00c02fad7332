import type { Input } from '../core/model/input.ts';
import type { RestorePoints } from '../core/model/restore-point.ts';
import type { RestoredFrom, UnregisteredTaskManager } from '../core/model/snapshot.ts';
import type { Topology } from '../core/model/topology.ts';

/** What Flink REST said of one run at one count of restarts. */
export interface RunFacts {
  readonly flinkJobId: string;
  /** Null where the count was not known. */
  readonly restarts: number | null;
  readonly at: number;
  /** Read while the job was RUNNING, and completely: holds until the run or its count of restarts changes. */
  readonly settled: boolean;
  readonly topology: Input<Topology>;
  readonly restoredFrom: Input<RestoredFrom>;
}

/** What the observer remembers of a job from tick to tick. It can be lost at any time: all of it is asked again. */
export interface JobMemory {
  /** The run seen last. */
  flinkJobId: string | null;
  /** Its count of restarts when seen last. */
  restarts: number | null;
  facts: RunFacts | null;
  restorePoints: {
    readonly at: number;
    readonly lastCompletedId: number | null;
    readonly value: Input<RestorePoints>;
  } | null;
  /** Living TaskManagers that Flink did not name when asked last. */
  unregistered: readonly UnregisteredTaskManager[];
  /** When Flink REST was last asked for this job; the longest ago is asked first. */
  askedAt: number;
}

/** Of a job that was never seen. */
export function newJobMemory(): JobMemory {
  return { flinkJobId: null, restarts: null, facts: null, restorePoints: null, unregistered: [], askedAt: 0 };
}
