import type { Remediation } from '../../model/remediation.ts';
import type { Denial, Gate } from './gate.ts';

/** One action a job at a time. */
export const inFlight: Gate = ({ memory, now }) => (memory.open === null ? null : underWay(memory.open, now));

/** An action that is not carried out by when it had to begin hangs, maybe between stop and start: a person must look. */
export function underWay({ name, spec, status }: Remediation, now: number): Denial {
  const hangs = status.phase === 'Executing' && now > spec.notAfter;
  const detail = `${name}: ${spec.action} is ${status.phase}`;
  return hangs
    ? { reason: 'InFlight', detail: `${detail} for too long`, retryAt: null, page: true }
    : { reason: 'InFlight', detail, retryAt: null };
}
