import { isScaling } from './gate.ts';
import type { Gate } from './gate.ts';

/** A rescale that did not help is not repeated for this long. */
const BLOCKED_MS = 60 * 60_000;

/** The same rescale, to the same sizes, already proved useless. Healing is covered by the ladder's next rung. */
export const knownIneffective: Gate = ({ memory, candidate, now }) => {
  if (!isScaling(candidate.action)) return null;
  const same = memory.closed.find(
    (one) =>
      isScaling(one.spec.action) &&
      (one.status.phase === 'Ineffective' || one.status.phase === 'Failed') &&
      JSON.stringify(one.spec.params.parallelism) === JSON.stringify(candidate.params.parallelism),
  );
  const until = (same?.status.endedAt ?? Number.NEGATIVE_INFINITY) + BLOCKED_MS;
  if (!same || until <= now) return null;
  return { reason: 'KnownIneffective', detail: `${same.name} did not help`, retryAt: until, page: true };
};
