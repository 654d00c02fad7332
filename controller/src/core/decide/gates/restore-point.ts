import { usable } from '../../model/input.ts';
import { chooseRestorePoint } from '../choose-restore-point.ts';
import { startsRun } from './gate.ts';
import type { Gate } from './gate.ts';

/** A job that could not come back with its state is not touched. The point itself is chosen again after the old run ended. */
export const restorePoint: Gate = ({ candidate, snapshot, memory, policy }) => {
  const points = usable(snapshot.restorePoints);
  if (!startsRun(candidate.action) || !points) return null;
  const choice = chooseRestorePoint(points, {
    maxRewindMs: policy.heal.restore.maxRewindMs,
    exclude: memory.observed?.unusablePoints.map((one) => one.path) ?? [],
  });
  return choice.ok ? null : { reason: choice.reason, detail: choice.detail, retryAt: null, page: true };
};
