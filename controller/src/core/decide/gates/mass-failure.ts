import { isScaling } from './gate.ts';
import type { Gate } from './gate.ts';

/** Many jobs that fall sick together share a cause that restarting one of them does not touch. */
export const massFailure: Gate = ({ fleet, policy, candidate, now }) => {
  if (isScaling(candidate.action)) return null;
  const own = policy.safety.massFailure;
  const share = Math.min(own.share, fleet.massFailure.share);
  const atLeast = Math.min(own.atLeast, fleet.massFailure.atLeast);
  const withinMs = Math.max(own.withinMs, fleet.massFailure.withinMs);
  const sick = fleet.fellSick.filter((at) => at > now - withinMs);
  if (sick.length < atLeast || sick.length < share * fleet.watched) return null;
  const detail = `${sick.length} of ${fleet.watched} jobs fell sick within ${Math.round(withinMs / 60_000)} min`;
  return { reason: 'MassFailure', detail, retryAt: Math.min(...sick) + withinMs, page: true };
};
