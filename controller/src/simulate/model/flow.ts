import { busiestShare, type Graph, type GraphVertex, subtaskRate } from './graph.ts';
import type { Random } from './random.ts';

/** What one vertex did in one second. */
export interface VertexFlow {
  /** Records. */
  in: number;
  out: number;
  /** Mean shares of time of its subtasks, 0..1; with idle they add up to 1. */
  busy: number;
  backPressured: number;
  /** Share of the busiest subtask. */
  busiest: number;
}

/** One second of a running job. */
export interface Second {
  /** Subtasks by vertex. */
  readonly parallelism: readonly number[];
  /** Subtasks that process nothing, by vertex. */
  readonly stuck: readonly number[];
  /** Unread records by source. */
  readonly unread: readonly number[];
}

/** Nothing moves. */
function noFlow(): VertexFlow {
  return { in: 0, out: 0, busy: 0, backPressured: 0, busiest: 0 };
}

/** Records through a graph, second by second. Queues are at the sources alone: a full vertex holds back all above it. */
export class Flow {
  readonly #graph: Graph;
  readonly #random: readonly Random[];
  readonly vertices: readonly VertexFlow[];

  constructor(graph: Graph, randomOf: (vertex: string) => Random) {
    this.#graph = graph;
    this.#random = graph.vertices.map(({ name }) => randomOf(name));
    this.vertices = graph.vertices.map(noFlow);
  }

  /** Fills `vertices`; answers what each source reads. */
  run(second: Second): readonly number[] {
    const { vertices } = this.#graph;
    const rates = vertices.map((vertex) => this.#rate(vertex, second.parallelism[vertex.index] ?? 1));
    const reads = [...second.unread];
    const held = new Set<number>();
    for (const vertex of vertices) {
      const wanted = this.#arriving(vertex, reads);
      const limit = limitOf(vertex, rates[vertex.index] ?? 0, second);
      if (wanted <= limit) continue;
      const factor = wanted > 0 ? limit / wanted : 0;
      for (const [source, share] of vertex.perSource.entries()) {
        if (share > 0) reads[source] = (reads[source] ?? 0) * factor;
      }
      for (const index of vertex.upstream) held.add(index);
    }
    for (const vertex of vertices) this.#fill(vertex, { reads, rate: rates[vertex.index] ?? 0, second, held });
    return reads;
  }

  /** Nothing is processed in this second. */
  stop(): void {
    for (const flow of this.vertices) Object.assign(flow, noFlow());
  }

  /** Noise of p subtasks that vary independently: their sum varies √p times less. */
  #rate(vertex: GraphVertex, parallelism: number): number {
    const rate = subtaskRate(vertex, parallelism);
    const { noise } = vertex.spec;
    if (noise === 0) return rate;
    const draw = this.#random[vertex.index]?.normal() ?? 0;
    return rate * Math.max(0, 1 + (noise / Math.sqrt(parallelism)) * draw);
  }

  #arriving({ perSource }: GraphVertex, reads: readonly number[]): number {
    let sum = 0;
    for (let source = 0; source < perSource.length; source++) sum += (perSource[source] ?? 0) * (reads[source] ?? 0);
    return sum;
  }

  #fill(
    vertex: GraphVertex,
    at: { reads: readonly number[]; rate: number; second: Second; held: ReadonlySet<number> },
  ): void {
    const flow = this.vertices[vertex.index];
    if (flow === undefined) return;
    const parallelism = at.second.parallelism[vertex.index] ?? 1;
    const stuck = at.second.stuck[vertex.index] ?? 0;
    flow.in = this.#arriving(vertex, at.reads);
    flow.out = flow.in * vertex.spec.selectivity;
    const work = at.rate > 0 ? flow.in / at.rate : 0;
    // A subtask that hangs in its own code shows as busy.
    flow.busy = Math.min(1, (work + stuck) / parallelism);
    flow.busiest = stuck > 0 ? 1 : Math.min(1, work * busiestShare(vertex, parallelism));
    flow.backPressured = at.held.has(vertex.index) ? 1 - flow.busy : 0;
  }
}

/** A subtask that takes nothing fills up what feeds it, so nothing passes; a source's other subtasks read on. */
function limitOf(vertex: GraphVertex, rate: number, { parallelism, stuck }: Second): number {
  const p = parallelism[vertex.index] ?? 1;
  const limit = rate / busiestShare(vertex, p);
  const hanging = stuck[vertex.index] ?? 0;
  if (hanging === 0) return limit;
  return vertex.inputs.length === 0 ? (limit * (p - hanging)) / p : 0;
}
