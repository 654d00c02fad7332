import { isScaling } from './gate.ts';
import type { Gate, GateContext } from './gate.ts';

const MINUTE = 60_000;
const BACK_OFF_MAX_MS = 10 * MINUTE;
/** Attempts at the same cause older than this no longer lengthen the back-off. */
const REMEMBERED_MS = 60 * MINUTE;

/** Rescales keep the policy's distance; healing backs off 1, 2, 4 … 10 min for the same cause. */
export const cooldown: Gate = (context) =>
  isScaling(context.candidate.action) ? betweenRescales(context) : betweenHeals(context);

function betweenRescales({ memory, policy, now }: GateContext): ReturnType<Gate> {
  const last = memory.closed.find((one) => isScaling(one.spec.action) && one.status.endedAt !== null);
  const until = (last?.status.endedAt ?? Number.NEGATIVE_INFINITY) + policy.safety.cooldownMs;
  return until > now ? { reason: 'Cooldown', detail: `after ${last?.name ?? 'a rescale'}`, retryAt: until } : null;
}

function betweenHeals({ memory, candidate, now }: GateContext): ReturnType<Gate> {
  const same = memory.closed.filter(
    (one) =>
      one.spec.incident.cause === candidate.cause &&
      one.status.endedAt !== null &&
      one.status.endedAt > now - REMEMBERED_MS,
  );
  const last = same[0]?.status.endedAt;
  if (last === null || last === undefined) return null;
  const until = last + Math.min(BACK_OFF_MAX_MS, MINUTE * 2 ** (same.length - 1));
  if (until <= now) return null;
  return { reason: 'Cooldown', detail: `attempt ${same.length + 1} at ${candidate.cause} backs off`, retryAt: until };
}
