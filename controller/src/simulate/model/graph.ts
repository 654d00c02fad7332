import { createHash } from 'node:crypto';
import type { ScenarioJob, ScenarioVertex } from '../../resources/scenario/job.ts';

/** A vertex with what does not change while the job lives. */
export interface GraphVertex {
  readonly index: number;
  /** 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly number[];
  readonly spec: ScenarioVertex;
  /** Its parallelism is never above this. */
  readonly maxParallelism: number;
  /** Key groups, or partitions of a source: more subtasks than this idle. */
  readonly groups: number;
  /** Records in per record that each source reads. */
  readonly perSource: readonly number[];
  /** Vertices that feed it, directly or not. */
  readonly upstream: readonly number[];
}

/** The vertices of a job, upstream first, and which of them are sources. */
export interface Graph {
  readonly vertices: readonly GraphVertex[];
  /** Indexes of vertices. */
  readonly sources: readonly number[];
}

/** The graph of a job that passed its checks. */
export function graphOf(job: ScenarioJob): Graph {
  const vertices: GraphVertex[] = [];
  const sources = job.vertices.flatMap(({ inputs }, index) => (inputs.length === 0 ? [index] : []));
  for (const [index, spec] of job.vertices.entries()) {
    const feeding = spec.inputs.flatMap((name) => vertices.find((one) => one.name === name) ?? []);
    const isSource = feeding.length === 0;
    vertices.push({
      index,
      id: hexId(`${job.name}/${spec.name}`),
      name: spec.name,
      inputs: feeding.map((one) => one.index),
      spec,
      maxParallelism: Math.min(spec.maxParallelism ?? job.maxParallelism, job.maxParallelism),
      groups: isSource ? (spec.partitions ?? job.maxParallelism) : job.maxParallelism,
      perSource: sources.map((source, at) => (isSource ? Number(source === index) : sumOf(feeding, at))),
      upstream: [...new Set(feeding.flatMap((one) => [one.index, ...one.upstream]))],
    });
  }
  return { vertices, sources };
}

/** Each consumer gets the whole output of its inputs. */
function sumOf(feeding: readonly GraphVertex[], source: number): number {
  return feeding.reduce((sum, one) => sum + (one.perSource[source] ?? 0) * one.spec.selectivity, 0);
}

/** 32 hex digits that are the same each time, as Flink's ids look. */
export function hexId(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** How many records/s one subtask of `parallelism` does at 100 % busy, without noise. */
export function subtaskRate({ spec, groups }: GraphVertex, parallelism: number): number {
  return spec.capacity * Math.min(parallelism, groups) ** (spec.scalability - 1);
}

/** Share of the vertex's records that its busiest subtask gets, 0..1. */
export function busiestShare({ spec, groups }: GraphVertex, parallelism: number): number {
  const working = Math.min(parallelism, groups);
  return Math.min(1, (Math.ceil(groups / working) / groups) * (1 + spec.skew));
}

/** Records/s that the vertex can take in, without noise: what its busiest subtask can. */
export function vertexLimit(vertex: GraphVertex, parallelism: number): number {
  return subtaskRate(vertex, parallelism) / busiestShare(vertex, parallelism);
}
