/** The job graph as Flink runs it now: what metrics can't carry, read from REST when a run or its size changes. */
export interface Topology {
  /** Flink's id of this run (32 hex digits). */
  readonly flinkJobId: string;
  /** Upstream first. */
  readonly vertices: readonly TopologyVertex[];
  /** Parallelism can change while the job runs (adaptive scheduler). */
  readonly inPlaceRescale: boolean;
}

/** A vertex of the job graph. */
export interface TopologyVertex {
  /** 32 hex digits; the `task_id` label of its series. */
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  /** Flink's own cap: key groups. */
  readonly maxParallelism: number;
  /** Ids of the vertices that feed it; empty for a source. */
  readonly inputs: readonly string[];
  readonly slotSharingGroup: string | null;
}
