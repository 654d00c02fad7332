import { SourceError } from '../../io/errors.ts';
import type { RestorePoint } from '../../core/model/restore-point.ts';
import type { CheckpointStorage } from '../../sources/contract.ts';
import { canonical } from '../../sources/storage/location.ts';
import { checkpointDir } from '../model/checkpoints.ts';
import type { SimulatedJob } from '../model/job.ts';
import { instantOf, type World } from './world.ts';

/** The checkpoints of the model as files would show them. */
export function simulatedStorage(world: World): CheckpointStorage {
  return {
    async list(dirs) {
      world.advance();
      const jobs = [...world.model.jobs.values()].filter((job) =>
        dirs.some((dir) => isInside(checkpointDir(job.name), dir)),
      );
      for (const job of jobs) refuseWhileUnreadable(job);
      const points = jobs.flatMap((job) => job.checkpoints.points.map((point) => pointOf(world, point)));
      return { points: points.toSorted((a, b) => b.completedAt - a.completedAt), broken: [] };
    },
    async check(path) {
      world.advance();
      for (const job of world.model.jobs.values()) {
        if (!isInside(path, checkpointDir(job.name))) continue;
        refuseWhileUnreadable(job);
        const found = job.checkpoints.points.some((point) => canonical(point.path) === canonical(path));
        return found ? { level: 'complete' } : { problem: 'notFound' };
      }
      return { problem: 'notFound' };
    },
  };
}

function isInside(path: string, dir: string): boolean {
  return canonical(path) === canonical(dir) || canonical(path).startsWith(`${canonical(dir)}/`);
}

function refuseWhileUnreadable(job: SimulatedJob): void {
  if (job.has('storageDown')) throw new SourceError('unreachable', 'checkpoint storage: EIO');
}

function pointOf(world: World, point: SimulatedJob['checkpoints']['points'][number]): RestorePoint {
  const { path, id, flinkJobId, completedAt } = point;
  return {
    kind: 'checkpoint',
    path,
    checkpointId: id,
    flinkJobId,
    completedAt: instantOf(world, completedAt),
    level: 'complete',
  };
}
