import { usable } from '../../model/input.ts';
import { isScaling } from './gate.ts';
import type { Gate } from './gate.ts';

/** A job is rescaled only while it runs: a restart of its own must settle first. */
export const stabilizing: Gate = ({ candidate, snapshot }) => {
  const run = usable(snapshot.jobState);
  if (!isScaling(candidate.action) || run?.state === 'RUNNING') return null;
  return { reason: 'Stabilizing', detail: `the job is ${run?.state ?? 'not known to run'}`, retryAt: null };
};
