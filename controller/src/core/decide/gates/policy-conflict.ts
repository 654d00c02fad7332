import type { Gate } from './gate.ts';

/** Two policies of the same rank govern nobody. */
export const policyConflict: Gate = ({ policy }) =>
  policy.conflict.length === 0
    ? null
    : { reason: 'PolicyConflict', detail: `same rank: ${policy.conflict.join(', ')}`, retryAt: null };
