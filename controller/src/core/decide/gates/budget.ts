import type { Amount } from '../../model/policy.ts';
import type { Gate } from './gate.ts';

/** So many actions a job in the policy's time. */
export const jobBudget: Gate = ({ memory, policy, now }) => {
  const { actions, perMs } = policy.safety.budget.job;
  const spent = memory.closed.map((one) => one.status.startedAt ?? 0).filter((at) => at > now - perMs);
  if (spent.length < actions) return null;
  const oldest = Math.min(...spent);
  const detail = `${spent.length} of ${actions} actions in ${Math.round(perMs / 60_000)} min`;
  return { reason: 'JobBudget', detail, retryAt: oldest + perMs, page: true };
};

/** So many jobs at once over the fleet: the stricter of configuration and policy. */
export const fleetBudget: Gate = ({ fleet, policy }) => {
  const limit = Math.min(
    countOf(fleet.concurrent, fleet.watched),
    countOf(policy.safety.budget.fleet.concurrent, fleet.watched),
  );
  if (fleet.acting < limit) return null;
  return { reason: 'FleetBudget', detail: `${fleet.acting} of ${limit} jobs are being acted on`, retryAt: null };
};

/** Percentages round up, at least 1. */
export function countOf(amount: Amount, total: number): number {
  // 0.07 · 100 is a little more than 7.
  return 'count' in amount ? amount.count : Math.max(1, Math.ceil(amount.share * total - 1e-9));
}
