import type { VertexLoad } from '../model/snapshot.ts';
import type { Topology } from '../model/topology.ts';

/**
 * Records/s that each vertex must take in so that the job keeps up: arrivals at the sources times the ratios seen on
 * the way (DS2). Arrivals are what was read plus how fast the unread grows, so a held-back source still tells its
 * demand. Null when a ratio can't be known: something arrives upstream but nothing was processed.
 */
export function vertexDemands(loads: readonly VertexLoad[], topology: Topology): ReadonlyMap<string, number> | null {
  const byId = new Map(loads.map((load) => [load.id, load]));
  const demands = new Map<string, number>();
  for (const vertex of topology.vertices) {
    const load = byId.get(vertex.id);
    if (!load) return null;
    if (vertex.inputs.length === 0) {
      demands.set(vertex.id, Math.max(0, load.inRate + (load.pendingGrowth ?? 0)));
      continue;
    }
    const demand = fromInputs(load, vertex.inputs, byId, demands);
    if (demand === null) return null;
    demands.set(vertex.id, demand);
  }
  return demands;
}

function fromInputs(
  load: VertexLoad,
  inputs: readonly string[],
  byId: ReadonlyMap<string, VertexLoad>,
  demands: ReadonlyMap<string, number>,
): number | null {
  let wanted = 0;
  let sent = 0;
  for (const id of inputs) {
    const input = byId.get(id);
    const demand = demands.get(id);
    if (!input || demand === undefined) return null;
    if (input.inRate <= 0) {
      if (demand > 0) return null;
      continue;
    }
    wanted += (demand * input.outRate) / input.inRate;
    sent += input.outRate;
  }
  if (sent <= 0) return wanted;
  // An input that feeds several vertices counts its output once or once a consumer, by version: what really arrived corrects it.
  return (wanted * load.inRate) / sent;
}
