import type { Window } from '../../model/policy.ts';
import type { Gate, GateContext } from './gate.ts';

/** Freeze wins; an action named by Allow windows needs one of them open. */
export const outsideWindow: Gate = (context) => frozen(context) ?? notAllowed(context);

const frozen: Gate = ({ policy, candidate }) => {
  for (const window of policy.safety.windows) {
    if (window.type !== 'Freeze' || !concerns(window, candidate.action) || !('openUntil' in window.state)) continue;
    return { reason: 'OutsideWindow', detail: 'inside a Freeze window', retryAt: window.state.openUntil };
  }
  return null;
};

function notAllowed({ policy, candidate }: GateContext): ReturnType<Gate> {
  const allowing = policy.safety.windows.filter((one) => one.type === 'Allow' && concerns(one, candidate.action));
  const next: number[] = [];
  for (const window of allowing) {
    if ('openUntil' in window.state) return null;
    next.push(window.state.opensAt);
  }
  if (next.length === 0) return null;
  return { reason: 'OutsideWindow', detail: `${candidate.action} waits for its window`, retryAt: Math.min(...next) };
}

function concerns(window: Window, action: GateContext['candidate']['action']): boolean {
  return window.actions.length === 0 || window.actions.includes(action);
}
