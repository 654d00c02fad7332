import { learnCapacities } from '../core/learn/capacity.ts';
import { usable } from '../core/model/input.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { LoadSample } from '../core/scale/history.ts';
import type { Log } from '../io/log.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { Remedy } from '../remedy/remedy.ts';

interface Learning {
  readonly job: PlatformJob;
  readonly snapshot: Snapshot;
  readonly sample: LoadSample | null;
}

/**
 * Remembers what must outlive this process: capacities and the newest restore point. A store that can't be written
 * stops no diagnosis: actions are refused where their journal can't be written, pages are not.
 */
export async function learn({ job, snapshot, sample }: Learning, remedy: Remedy, log: Log): Promise<void> {
  const point = usable(snapshot.restorePoints)?.points[0];
  try {
    await remedy.remember(job, (observed) => ({
      ...observed,
      capacities: sample ? learnCapacities(observed.capacities, sample) : observed.capacities,
      newestRestorePoint:
        point && point.completedAt > (observed.newestRestorePoint?.completedAt ?? 0)
          ? point
          : observed.newestRestorePoint,
    }));
  } catch (error) {
    log.error('what was learnt of a job could not be written', { job: job.key, error });
  }
}
