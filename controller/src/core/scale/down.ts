import { estimate, vertexOf } from './estimate.ts';
import type { LoadHistory } from './history.ts';
import type { ScaleRequest, ScaleVerdict } from './scale.ts';
import { boundsOf, slotsOf, subtasksFor } from './size.ts';
import type { VertexNeed } from './size.ts';

/** The job shrinks only when it needs less than this share of its slots (design §6). */
const SHRINK_BELOW = 0.8;
/** A vertex that is this busy keeps its size whatever the demand says: its work may not be in the records. */
const BUSY = 0.8;

/** A smaller size that would have held through the whole look-back, or null. */
export function scaleDown(request: ScaleRequest): ScaleVerdict | null {
  const { policy, history } = request;
  const newest = history.at(-1);
  const from = request.now - policy.scaleDown.afterMs;
  const oldest = history[0];
  // Samples must cover the look-back to its start: a young history has not seen the peak.
  if (!newest || !oldest || oldest.at > from + 2 * request.rateWindowMs) return null;
  if (request.lagMs === null || request.lagMs > policy.maxLagMs) return null;
  // The sample before the look-back tells of its start.
  const span = history.slice(
    Math.max(
      0,
      history.findLastIndex((sample) => sample.at <= from),
    ),
  );
  if (hasGap(span, 4 * request.rateWindowMs) || freed(request, sizesOf(request, span)) === null) return null;
  // Rates of the first samples reach back behind the look-back: after a steep fall they still hold some of the peak,
  // and a size between the two would have to be given up again soon.
  const within = span.filter((sample) => sample.at >= from + request.rateWindowMs);
  return freed(request, sizesOf(request, within.length > 0 ? within : [newest]));
}

/** What the largest demand of some samples needs. */
function sizesOf(request: ScaleRequest, samples: LoadHistory): ReadonlyMap<string, number> {
  const needs = estimate(request.topology, samples.slice(-6), request.capacities);
  return new Map(
    needs.map((need) => {
      const demand = Math.max(...samples.map((sample) => vertexOf(sample, need.vertex.id)?.demand ?? 0));
      return [need.vertex.id, smaller(request, { ...need, demand })];
    }),
  );
}

/** What happened in a gap is not known to have been small. */
function hasGap(span: ScaleRequest['history'], longest: number): boolean {
  return span.some((sample, i) => sample.at - (span[i - 1] ?? sample).at > longest);
}

function smaller(request: ScaleRequest, need: VertexNeed): number {
  const now = need.vertex.parallelism;
  const bounds = boundsOf(need.vertex, request.policy);
  const newest = request.history.at(-1);
  const busy = (newest && vertexOf(newest, need.vertex.id)?.busy) ?? 1;
  if (need.capacity === null || busy > BUSY) return now;
  const floor = Math.max(bounds.min, Math.ceil(now * (1 - request.policy.scaleDown.maxShare)));
  return Math.min(now, Math.max(floor, subtasksFor(need.demand, need.capacity, request.policy.utilization)));
}

function freed(request: ScaleRequest, wanted: ReadonlyMap<string, number>): ScaleVerdict | null {
  const { topology, slotsPerTaskManager, policy } = request;
  const before = slotsOf(topology, new Map());
  const after = slotsOf(topology, wanted);
  const taskManagers = Math.max(policy.taskManagers.min, Math.ceil(after / slotsPerTaskManager));
  if (after >= SHRINK_BELOW * before || taskManagers >= request.taskManagers) return null;
  return {
    kind: 'Down',
    parallelism: Object.fromEntries(wanted),
    taskManagers,
    since: request.now - policy.scaleDown.afterMs,
    detail: `${after} of ${before} slots would have been enough for ${Math.round(policy.scaleDown.afterMs / 60_000)} min`,
    limits: [],
  };
}
