import { failuresOf } from '../model/flink-lines.ts';
import { usable } from '../model/input.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Topology } from '../model/topology.ts';
import type { RestartSample } from './memory.ts';

const KEPT_MS = 15 * 60_000;

/** What is remembered of a job's restarts. */
export interface RestartMemory {
  /** Of the newest minutes, oldest first. */
  readonly samples: readonly RestartSample[];
  readonly growth: SeenGrowth | null;
}

/** How often a run was seen to grow. */
interface SeenGrowth {
  readonly topology: Topology;
  readonly times: number;
}

/** Of a job that was never seen. */
export const NO_RESTARTS: RestartMemory = { samples: [], growth: null };

/**
 * Folds a snapshot's restarts into the memory. Where Flink does not count rescales a restart that makes a vertex larger
 * is one: no failure does that, and TaskManagers that come and go would look like a loop else. One that makes the job
 * smaller may be the loss of a TaskManager and counts as a failure; of Drey's own rescales none counts, because a loop
 * is looked for after its last action only.
 */
export function rememberRestarts({ samples, growth }: RestartMemory, snapshot: Snapshot): RestartMemory {
  const seen = seeGrowth(growth, usable(snapshot.topology));
  const counts = usable(snapshot.restarts);
  const flinkJobId = usable(snapshot.jobState)?.flinkJobId;
  if (!counts || !flinkJobId) return { samples, growth: seen };
  const grown = seen?.topology.flinkJobId === flinkJobId ? seen.times : 0;
  const sample = { at: snapshot.at, flinkJobId, restarts: failuresOf(counts, grown) };
  return { samples: [...samples.filter((one) => one.at >= snapshot.at - KEPT_MS), sample], growth: seen };
}

function seeGrowth(before: SeenGrowth | null, topology: Topology | undefined): SeenGrowth | null {
  if (topology === undefined) return before;
  if (before === null || before.topology.flinkJobId !== topology.flinkJobId) return { topology, times: 0 };
  return { topology, times: before.times + (isLarger(topology, before.topology) ? 1 : 0) };
}

function isLarger(now: Topology, before: Topology): boolean {
  const sizes = new Map(before.vertices.map(({ id, parallelism }) => [id, parallelism]));
  return now.vertices.some(({ id, parallelism }) => parallelism > (sizes.get(id) ?? parallelism));
}
