import type { Gate } from './gate.ts';

/** One action a job at a time. */
export const inFlight: Gate = ({ memory }) =>
  memory.open === null
    ? null
    : {
        reason: 'InFlight',
        detail: `${memory.open.name}: ${memory.open.spec.action} is ${memory.open.status.phase}`,
        retryAt: null,
      };
