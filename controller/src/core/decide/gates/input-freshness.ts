import type { InputName } from '../../model/input.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Denial, Gate } from './gate.ts';

/** Each input that the cause needs must be fresh; the others don't matter. */
export const inputFreshness: Gate = ({ candidate, snapshot }) => firstNotFresh(snapshot, candidate.needs);

/** The first of these inputs that can't be acted on. */
export function firstNotFresh(snapshot: Snapshot, needs: readonly InputName[]): Denial | null {
  for (const name of needs) {
    const input = snapshot[name];
    if (input.freshness === 'fresh') continue;
    return { reason: 'InputNotFresh', detail: `${name} is ${input.freshness}: ${input.detail}`, retryAt: null };
  }
  return null;
}
