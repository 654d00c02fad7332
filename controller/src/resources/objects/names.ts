import { createHash } from 'node:crypto';
import type { JobKey, JobRef } from '../../core/model/job-key.ts';

const LONGEST = 63;

/**
 * Name of a job's ObservedJob: `kind-name` in lower case, other characters `-`. Where the job's own name had to be
 * changed or the whole exceeds 63 characters, `-` and 6 hex digits of the key's SHA-256 keep it unique.
 */
export function observedJobName(ref: JobRef, key: JobKey): string {
  const whole = `${ref.kind.toLowerCase()}-${ref.name}`;
  const safe = whole.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  if (safe === whole && safe.length <= LONGEST && !safe.endsWith('-')) return safe;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 6);
  return `${safe.slice(0, LONGEST - 7)}-${hash}`;
}

/** Name of a job's nth Remediation. */
export const remediationName = (observedJob: string, n: number): string => `${observedJob}-${n}`;

/** The n of a Remediation of this ObservedJob; null when it is another's. */
export function remediationNumber(observedJob: string, name: string): number | null {
  if (!name.startsWith(`${observedJob}-`)) return null;
  const n = name.slice(observedJob.length + 1);
  return /^[1-9][0-9]{0,8}$/.test(n) ? Number(n) : null;
}
