import { usable } from '../model/input.ts';
import type { JobState, Snapshot } from '../model/snapshot.ts';
import type { JobMemory } from './memory.ts';

const WORDS: Partial<Record<JobState, string>> = {
  CANCELED: 'cancelled by somebody',
  CANCELLING: 'cancelled by somebody',
  FINISHED: 'finished',
  SUSPENDED: 'suspended',
};

/**
 * Why a job that does not run needs nothing; null where it does. Flink forgets ended runs after a while, or its
 * JobManager ends as well: then what Drey last said of the job holds, or a job that somebody stopped would come alive.
 */
export function stoppedOnPurpose(snapshot: Snapshot, memory: JobMemory): string | null {
  const state = usable(snapshot.jobState)?.state;
  if (state !== undefined && state !== 'Gone') return WORDS[state] ?? null;
  const last = memory.observed?.lastDecision;
  return last?.kind === 'Nothing' && Object.values(WORDS).includes(last.detail) ? last.detail : null;
}
