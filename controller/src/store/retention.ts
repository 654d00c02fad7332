import { isClosed } from '../core/model/remediation.ts';
import type { Remediation } from '../core/model/remediation.ts';

const KEPT_PER_JOB = 100;
const KEPT_MS = 7 * 24 * 3_600_000;

/** Closed remediations that may go: beyond the newest 100 of their job, or older than 7 days. Open ones never. */
export function outdated(remediations: readonly Remediation[], now: number): readonly Remediation[] {
  const closed = remediations.filter(isClosed).toSorted((a, b) => b.createdAt - a.createdAt);
  const seen = new Map<string, number>();
  return closed.filter((one) => {
    const newer = seen.get(one.spec.job) ?? 0;
    seen.set(one.spec.job, newer + 1);
    return newer >= KEPT_PER_JOB || one.createdAt < now - KEPT_MS;
  });
}
