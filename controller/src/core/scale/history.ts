import type { Snapshot, VertexLoad } from '../model/snapshot.ts';
import type { Topology } from '../model/topology.ts';
import { usable } from '../model/input.ts';
import { vertexDemands } from './demand.ts';

/** What one tick tells about a job's load, at the time of the sample itself. */
export interface LoadSample {
  readonly at: number;
  readonly vertices: readonly VertexSample[];
}

/** One vertex in a `LoadSample`. */
export interface VertexSample {
  readonly id: string;
  /** Records/s that the vertex would have to take in for the job to keep up. */
  readonly demand: number;
  /** Records/s of one subtask at 100 % busy; null where it was too idle to tell. */
  readonly capacity: number | null;
  /** Share of busy time at which capacity was seen. */
  readonly busy: number;
  /** Records waiting at a source; null elsewhere or where unknown. */
  readonly pending: number | null;
}

/** Samples of one job, oldest first. */
export type LoadHistory = readonly LoadSample[];

/** Below this share of busy time, time per record drowns in the fixed cost of waking up. */
const BUSY_ENOUGH = 0.02;

/** Samples kept at most; older ones are thinned to every second one, so that the look-back stays covered. */
const MAX_SAMPLES = 360;

/** The sample of a snapshot, or null while its inputs can't be used or the run is younger than the rate window. */
export function loadSample(snapshot: Snapshot, settledAfterMs: number): LoadSample | null {
  const vertices = usable(snapshot.vertices);
  const topology = usable(snapshot.topology);
  const run = usable(snapshot.jobState);
  if (!vertices || !topology || run?.state !== 'RUNNING') return null;
  if (run.runningForMs === null || run.runningForMs < settledAfterMs) return null;
  return sampleOf(snapshot.at - ageOf(snapshot), vertices, topology);
}

function ageOf(snapshot: Snapshot): number {
  return snapshot.vertices.freshness === 'fresh' ? snapshot.vertices.ageMs : 0;
}

function sampleOf(at: number, loads: readonly VertexLoad[], topology: Topology): LoadSample | null {
  const demands = vertexDemands(loads, topology);
  if (demands === null) return null;
  const vertices = topology.vertices.map((vertex): VertexSample => {
    const load = loads.find((one) => one.id === vertex.id);
    return {
      id: vertex.id,
      demand: demands.get(vertex.id) ?? 0,
      capacity: load ? seenCapacity(load) : null,
      busy: load?.busy ?? 0,
      pending: load?.pending ?? null,
    };
  });
  return { at, vertices };
}

/** True processing rate of one subtask: records/s divided by the share of time that they took (DS2, OSDI 2018). */
function seenCapacity(load: VertexLoad): number | null {
  if (load.busy < BUSY_ENOUGH || load.subtasks === 0 || load.inRate <= 0) return null;
  return load.inRate / load.subtasks / Math.min(1, load.busy);
}

/** Appends in order of time, drops what is older than the look-back. */
export function appendSample(history: LoadHistory, sample: LoadSample, lookBackMs: number): LoadHistory {
  const last = history.at(-1);
  if (last && sample.at <= last.at) return history;
  const kept = history.filter((one) => one.at >= sample.at - lookBackMs);
  const bounded = kept.length < MAX_SAMPLES ? kept : kept.filter((_, i) => i % 2 === 1 || i > kept.length - 30);
  return [...bounded, sample];
}
