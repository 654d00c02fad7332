import { isAdaptive } from '../core/model/flink-lines.ts';
import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { RestoredFrom } from '../core/model/snapshot.ts';
import type { Topology } from '../core/model/topology.ts';
import type { RestCheckpoints, RestJobDetails } from '../sources/flink-rest/contract.ts';
import type { RunFacts } from './job-memory.ts';
import type { RestAnswer, RestDesk } from './rest-desk.ts';

/** Asks Flink REST for what a run looks like and what it began from. Never throws. */
export async function readRunFacts(
  desk: RestDesk,
  run: { readonly url: string; readonly flinkJobId: string; readonly restarts: number | null },
  now: number,
): Promise<RunFacts> {
  const details = await desk.job(run.url, run.flinkJobId);
  const checkpoints = await desk.checkpoints(run.url, run.flinkJobId);
  const inPlace = details.ok ? await rescalesInPlace(desk, run.url, details.value) : false;
  const complete = details.ok && (checkpoints.ok || checkpoints.error.kind === 'notFound');
  return {
    flinkJobId: run.flinkJobId,
    restarts: run.restarts,
    at: now,
    // Between two attempts the answers are still, or already, those of another one.
    settled: complete && details.value.state === 'RUNNING',
    topology: details.ok ? fresh(topologyOf(details.value, inPlace), 'flink-rest') : failed(details),
    restoredFrom: restoredFrom(details, checkpoints),
  };
}

async function rescalesInPlace(desk: RestDesk, url: string, details: RestJobDetails): Promise<boolean> {
  return isAdaptive(details.scheduler) ?? (await desk.requirements(url, details.id)).ok;
}

function topologyOf(details: RestJobDetails, inPlaceRescale: boolean): Topology {
  const vertices = details.vertices.map(({ id, name, parallelism, maxParallelism, inputs, slotSharingGroup }) => {
    return { id, name, parallelism, maxParallelism, inputs, slotSharingGroup };
  });
  return { flinkJobId: details.id, vertices, inPlaceRescale };
}

function restoredFrom(
  details: RestAnswer<RestJobDetails>,
  checkpoints: RestAnswer<RestCheckpoints>,
): Input<RestoredFrom> {
  if (!details.ok) return failed(details);
  if (!checkpoints.ok) return failed(checkpoints);
  const { restored } = checkpoints.value;
  const point =
    restored === null || restored.path === null
      ? null
      : { path: restored.path, checkpointId: restored.id, restoredAt: restored.restoredAt };
  if (restored !== null && point === null)
    return unusable('absent', 'flink-rest', 'restored from a point without a path');
  return fresh({ flinkJobId: details.value.id, startedAt: details.value.startedAt, point }, 'flink-rest');
}

function failed<T>(answer: Extract<RestAnswer<T>, { ok: false }>): Input<never> {
  const { error } = answer;
  return unusable(error.kind === 'notFound' ? 'absent' : 'error', 'flink-rest', error.message);
}
