import type { Gate } from './gate.ts';

export const unsupported: Gate = ({ capability, candidate }) =>
  capability === 'yes'
    ? null
    : { reason: 'Unsupported', detail: `${candidate.action}: ${capability.no}`, retryAt: null, page: true };
