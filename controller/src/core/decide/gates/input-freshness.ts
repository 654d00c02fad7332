import type { Gate } from './gate.ts';

/** Each input that the cause needs must be fresh; the others don't matter. */
export const inputFreshness: Gate = ({ candidate, snapshot }) => {
  for (const name of candidate.needs) {
    const input = snapshot[name];
    if (input.freshness === 'fresh') continue;
    return { reason: 'InputNotFresh', detail: `${name} is ${input.freshness}: ${input.detail}`, retryAt: null };
  }
  return null;
};
