import type { AutoscalePolicy, Bounds } from '../model/policy.ts';
import type { Topology, TopologyVertex } from '../model/topology.ts';

/** Guards ceil() against 12.000000001 that is a 12. */
const EPSILON = 1e-6;

/** What a vertex must take in and what its subtasks can. */
export interface VertexNeed {
  readonly vertex: TopologyVertex;
  /** Records/s. */
  readonly demand: number;
  /** Records/s of one subtask; null = unknown, the vertex keeps its size. */
  readonly capacity: number | null;
}

/** Smallest number of subtasks that takes `rate` at the given share of busy time. */
export function subtasksFor(rate: number, capacity: number, utilization: number): number {
  return Math.max(1, Math.ceil(rate / (capacity * utilization) - EPSILON));
}

/** Bounds of a vertex by policy and by Flink's own cap; the cap wins over the policy's minimum. */
export function boundsOf(vertex: TopologyVertex, policy: AutoscalePolicy): Bounds {
  const own = policy.vertices.find((rule) => rule.matches(vertex.name))?.bounds ?? {};
  const max = Math.min(own.max ?? policy.parallelism.max, policy.parallelism.max, vertex.maxParallelism);
  const min = Math.min(Math.max(own.min ?? policy.parallelism.min, policy.parallelism.min), max);
  return { min, max };
}

/** Slots of the whole job: the largest vertex of each slot sharing group, groups added up. */
export function slotsOf(topology: Topology, parallelism: ReadonlyMap<string, number>): number {
  const groups = new Map<string, number>();
  for (const vertex of topology.vertices) {
    const group = vertex.slotSharingGroup ?? '';
    const p = parallelism.get(vertex.id) ?? vertex.parallelism;
    groups.set(group, Math.max(groups.get(group) ?? 0, p));
  }
  return [...groups.values()].reduce((sum, p) => sum + p, 0);
}

/**
 * Lowers the largest vertices until the job fits into `slots`; the rest keep their size.
 * Returns the parallelism and whether anything had to give way.
 */
export function fitSlots(
  topology: Topology,
  wanted: ReadonlyMap<string, number>,
  slots: number,
): { readonly parallelism: ReadonlyMap<string, number>; readonly limited: boolean } {
  const parallelism = new Map(wanted);
  let limited = false;
  while (slotsOf(topology, parallelism) > slots) {
    const largest = [...parallelism.entries()].reduce((a, b) => (b[1] > a[1] ? b : a));
    if (largest[1] <= 1) break;
    for (const [id, p] of parallelism) if (p === largest[1]) parallelism.set(id, p - 1);
    limited = true;
  }
  return { parallelism, limited };
}
