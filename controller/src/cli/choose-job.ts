import { type JobKey, matchJobKeys } from '../core/model/job-key.ts';
import { DreyError } from '../resources/errors.ts';
import type { JobView } from '../report/api-model.ts';

/** The job that a key or a tail of one names. Throws `DREY-JOB-UNKNOWN` or `DREY-JOB-AMBIGUOUS`, with candidates. */
export function chooseJob(jobs: readonly JobView[], wanted: string): JobView {
  const keys = jobs.map((it) => it.key);
  const found = matchJobKeys(wanted, keys);
  const job = jobs.find((it) => it.key === found[0]);
  if (job !== undefined && found.length === 1) return job;
  const asked = JSON.stringify(wanted);
  if (found.length > 1) {
    throw new DreyError('DREY-JOB-AMBIGUOUS', `${asked} means ${found.length} jobs`, { hint: candidates(found) });
  }
  const hint = keys.length === 0 ? 'no job is watched' : candidates(keys);
  throw new DreyError('DREY-JOB-UNKNOWN', `${asked} is no watched job`, { hint });
}

const candidates = (keys: readonly JobKey[]): string =>
  `one of ${keys.slice(0, 10).join(', ')}${keys.length > 10 ? `, and ${keys.length - 10} more` : ''}`;
