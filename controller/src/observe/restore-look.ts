import type { JobKey } from '../core/model/job-key.ts';
import { usable } from '../core/model/input.ts';
import type { RestoreLook, RestorePoint } from '../core/model/restore-point.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import { type CheckpointStorage, SourceError } from '../sources/contract.ts';
import type { FlinkRestFactory } from '../sources/flink-rest/contract.ts';
import { readRestorePoints } from './read-restore-points.ts';
import { RestDesk } from './rest-desk.ts';

/** Where a look asks, and what was known before it. */
export interface RestoreLookPorts {
  readonly flinkRest: FlinkRestFactory;
  readonly storage: CheckpointStorage;
  /** Flink job id of the run as last seen. */
  readonly runOf: (key: JobKey) => string | null;
  /** Newest point ever known. */
  readonly remembered: (key: JobKey) => RestorePoint | null;
}

/** Reads a job's restore points at this moment, outside a tick. Throws `SourceError` when neither source can be read. */
export function restoreLook(ports: RestoreLookPorts): (job: PlatformJob, signal: AbortSignal) => Promise<RestoreLook> {
  return async (job, signal) => {
    const found = await readRestorePoints({
      desk: new RestDesk({ factory: ports.flinkRest, budget: 5, signal }),
      storage: ports.storage,
      url: job.restUrl,
      flinkJobId: ports.runOf(job.key),
      dirs: job.checkpointDirs,
      remembered: ports.remembered(job.key),
      signal,
    });
    const points = usable(found);
    if (points === undefined) throw new SourceError('unreachable', found.freshness === 'fresh' ? '' : found.detail);
    return { ...points, allowReported: found.source !== 'storage' };
  };
}
