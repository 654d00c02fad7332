import type { Gate } from './gate.ts';

/** What the platform can't do for this job as it is now: a person must. */
export const unsupported: Gate = ({ capability, candidate }) =>
  capability === 'yes'
    ? null
    : { reason: 'Unsupported', detail: `${candidate.action}: ${capability.no}`, retryAt: null, page: true };
