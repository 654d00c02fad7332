import type { VertexCapacity } from '../model/observed-job.ts';
import type { Topology } from '../model/topology.ts';
import type { LoadHistory, LoadSample } from './history.ts';
import type { VertexNeed } from './size.ts';

/** A capacity seen at this share of busy time or above is trusted over a remembered one. */
const BUSY_TRUSTED = 0.3;

/** Mean demand of some samples with the best known capacity of each vertex. */
export function estimate(
  topology: Topology,
  samples: LoadHistory,
  remembered: readonly VertexCapacity[],
): readonly VertexNeed[] {
  return topology.vertices.map((vertex) => {
    const own = samples.map((sample) => vertexOf(sample, vertex.id)).filter((one) => one !== undefined);
    const demand = mean(own.map((one) => one.demand)) ?? 0;
    const busy = mean(own.map((one) => one.busy)) ?? 0;
    const seen = mean(own.map((one) => one.capacity).filter((one) => one !== null));
    const memory = remembered.find((one) => one.vertex === vertex.id);
    return { vertex, demand, capacity: surer(seen, busy, memory) };
  });
}

function surer(seen: number | null, busy: number, memory: VertexCapacity | undefined): number | null {
  if (!memory) return seen;
  if (seen === null) return memory.perSubtask;
  return busy >= BUSY_TRUSTED || busy >= memory.measuredAtBusy ? seen : memory.perSubtask;
}

/** The vertex of a sample; undefined when the sample lacks it. */
export function vertexOf(sample: LoadSample, id: string): LoadSample['vertices'][number] | undefined {
  return sample.vertices.find((one) => one.id === id);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Records that wait at all sources; 0 where no source tells. */
export function backlogOf(sample: LoadSample): number {
  return sample.vertices.reduce((sum, one) => sum + (one.pending ?? 0), 0);
}
