import type { Topology } from '../model/topology.ts';
import { backlogOf, estimate } from './estimate.ts';
import type { LoadHistory, LoadSample } from './history.ts';
import type { ScaleRequest, ScaleVerdict } from './scale.ts';
import { boundsOf, fitSlots, slotsOf, subtasksFor } from './size.ts';
import type { VertexNeed } from './size.ts';

/** Band above the target utilization inside which nothing is done (design §6). */
const BAND = 0.1;
/** A change must have lasted this long before it is acted on, ms (design §6). */
const PATIENCE_MS = 30_000;
/** Extra size allowed to work off the backlog (design §6: 20 %, or one subtask). */
const CATCH_UP_SHARE = 0.2;

/** Why the job is too small now: the vertex and its load, or the lag. Null when it is not. */
export function overBand(request: ScaleRequest, needs: readonly VertexNeed[]): string | null {
  const limit = request.policy.utilization + BAND;
  for (const need of needs) {
    if (need.capacity === null) continue;
    const load = need.demand / (need.capacity * need.vertex.parallelism);
    if (load > limit) return `${need.vertex.name} needs ${percent(load)} of its capacity`;
  }
  return behind(request, needs);
}

/** Lag over the objective that the present size does not work off within `catchUp`. */
function behind(request: ScaleRequest, needs: readonly VertexNeed[]): string | null {
  const newest = request.history.at(-1);
  if (request.lagMs === null || request.lagMs <= request.policy.maxLagMs || !newest) return null;
  const backlog = backlogOf(newest);
  if (backlog <= 0) return null;
  const spare = spareShare(needs);
  const arrivals = sourceDemand(needs);
  const seconds = backlog / Math.max(1e-9, spare * arrivals);
  return seconds * 1000 > request.policy.catchUpMs
    ? `lag ${Math.round(request.lagMs / 1000)} s, worked off in ${seconds > 86_400 ? 'never' : `${Math.round(seconds)} s`}`
    : null;
}

/** By which share the tightest vertex could take more than the demand. */
function spareShare(needs: readonly VertexNeed[]): number {
  const shares = needs
    .filter((need) => need.capacity !== null && need.demand > 0)
    .map((need) => ((need.capacity ?? 0) * need.vertex.parallelism) / need.demand - 1);
  return shares.length === 0 ? 0 : Math.max(0, Math.min(...shares));
}

function sourceDemand(needs: readonly VertexNeed[]): number {
  return needs.filter((need) => need.vertex.inputs.length === 0).reduce((sum, need) => sum + need.demand, 0);
}

/** One rescale of all vertices to what the demand after the change needs; waits until the change has lasted. */
export function scaleUp(request: ScaleRequest, why: string): ScaleVerdict {
  const samples = pressedSamples(request);
  const since = samples[0]?.at ?? request.now;
  const lastedFor = (request.history.at(-1)?.at ?? since) - since;
  const patience = Math.max(PATIENCE_MS, request.downtimeMs, request.rateWindowMs);
  if (lastedFor < patience) {
    return {
      kind: 'Waiting',
      detail: `${why}; for ${Math.round(lastedFor / 1000)} s, acts after ${Math.round(patience / 1000)} s`,
      retryAt: since + patience,
    };
  }
  const settled = samples.filter((sample) => sample.at >= since + request.rateWindowMs).slice(-3);
  return sized(request, { why, since, samples: settled.length > 0 ? settled : samples.slice(-1) });
}

/** The newest unbroken row of samples in which the job was too small. */
function pressedSamples(request: ScaleRequest): LoadHistory {
  const row: LoadSample[] = [];
  for (const sample of [...request.history].reverse()) {
    const needs = estimate(request.topology, [sample], request.capacities);
    if (overBand({ ...request, history: [sample] }, needs) === null) break;
    row.unshift(sample);
  }
  return row;
}

interface Sizing {
  readonly why: string;
  readonly since: number;
  readonly samples: LoadHistory;
}

function sized(request: ScaleRequest, { why, since, samples }: Sizing): ScaleVerdict {
  const needs = estimate(request.topology, samples, request.capacities);
  const limits: string[] = [];
  const wanted = new Map<string, number>();
  const factor = catchUpFactor(request, samples, needs);
  for (const need of needs) wanted.set(need.vertex.id, sizeOf(request, need, factor, limits));
  const now = slotsOf(request.topology, new Map());
  const slots = Math.max(now, request.policy.taskManagers.max * request.slotsPerTaskManager);
  const { parallelism, limited } = fitSlots(request.topology, wanted, slots);
  if (limited) limits.push(`taskManagers.max ${request.policy.taskManagers.max}`);
  if (!grows(request.topology, parallelism)) {
    return { kind: 'WithinBand', detail: `${why}; can't grow: ${limits.join(', ') || 'capacity unknown'}` };
  }
  const detail = `${why} since ${Math.round((request.now - since) / 1000)} s`;
  const taskManagers = Math.max(
    request.taskManagers,
    Math.ceil(slotsOf(request.topology, parallelism) / request.slotsPerTaskManager),
  );
  return { kind: 'Up', parallelism: Object.fromEntries(parallelism), taskManagers, since, detail, limits };
}

function grows(topology: Topology, parallelism: ReadonlyMap<string, number>): boolean {
  return topology.vertices.some((vertex) => (parallelism.get(vertex.id) ?? 0) > vertex.parallelism);
}

/** How much more than the demand must be processed to work off the backlog, the stop included, within `catchUp`. */
function catchUpFactor(request: ScaleRequest, samples: LoadHistory, needs: readonly VertexNeed[]): number {
  const newest = samples.at(-1);
  const arrivals = sourceDemand(needs);
  if (!newest || arrivals <= 0) return 1;
  const backlog = backlogOf(newest) + (arrivals * request.downtimeMs) / 1000;
  return 1 + backlog / (arrivals * (request.policy.catchUpMs / 1000));
}

/** Never shrinks a vertex: what is over the band elsewhere says nothing of how much this one may lose. */
function sizeOf(request: ScaleRequest, need: VertexNeed, factor: number, limits: string[]): number {
  const bounds = boundsOf(need.vertex, request.policy);
  if (need.capacity === null) return need.vertex.parallelism;
  const base = subtasksFor(need.demand, need.capacity, request.policy.utilization);
  const full = subtasksFor(need.demand * factor, need.capacity, 1);
  const ceiling = Math.max(base + 1, Math.floor(base * (1 + CATCH_UP_SHARE)));
  const wanted = Math.max(base, Math.min(full, ceiling));
  if (full > ceiling) limits.push(`${need.vertex.name}: catchUp not met`);
  if (wanted > bounds.max) limits.push(`${need.vertex.name}: max ${bounds.max}`);
  return Math.max(need.vertex.parallelism, Math.min(bounds.max, Math.max(bounds.min, wanted)));
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
