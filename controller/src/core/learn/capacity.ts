import type { VertexCapacity } from '../model/observed-job.ts';
import type { LoadSample } from '../scale/history.ts';

/** Weight of a new measurement against the remembered one. */
const WEIGHT = 0.3;
/** A remembered capacity counts as old after this time: any measurement then replaces it, ms. */
const OLD_MS = 7 * 24 * 3_600_000;

/**
 * Folds a sample into what is remembered of each vertex. A measurement at much less busy time than the remembered one
 * is ignored: an idle subtask shows too little capacity, because waking up costs more than the record.
 */
export function learnCapacities(remembered: readonly VertexCapacity[], sample: LoadSample): readonly VertexCapacity[] {
  return sample.vertices.flatMap((seen): VertexCapacity[] => {
    const old = remembered.find((one) => one.vertex === seen.id);
    if (seen.capacity === null) return old ? [old] : [];
    const fresh = { vertex: seen.id, perSubtask: seen.capacity, measuredAtBusy: seen.busy, at: sample.at };
    if (!old || sample.at - old.at > OLD_MS) return [fresh];
    if (seen.busy < 0.8 * old.measuredAtBusy) return [old];
    return [{ ...fresh, perSubtask: old.perSubtask + WEIGHT * (seen.capacity - old.perSubtask) }];
  });
}
