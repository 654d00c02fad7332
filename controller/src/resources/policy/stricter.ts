import { countOf } from '../../core/decide/gates/budget.ts';
import type { PlatformAction } from '../../core/model/action.ts';
import type { Amount, SafetyPolicy, Window } from '../../core/model/policy.ts';
import type { LoadedWindow } from './loaded.ts';

/** The smallest of several parts of one fleet. */
export function smallest(amounts: readonly Amount[], fleetSize: number): Amount {
  return { count: Math.min(...amounts.map((it) => countOf(it, fleetSize))) };
}

type MassFailure = SafetyPolicy['massFailure'];

/** The one that trips earlier in every respect. */
export function earlier(a: MassFailure, b: MassFailure): MassFailure {
  return {
    share: Math.min(a.share, b.share),
    atLeast: Math.min(a.atLeast, b.atLeast),
    withinMs: Math.max(a.withinMs, b.withinMs),
  };
}

type JobBudget = SafetyPolicy['budget']['job'];

/** Fewer actions in a longer time. */
export function smallerBudget(a: JobBudget, b: JobBudget): JobBudget {
  return { actions: Math.min(a.actions, b.actions), perMs: Math.max(a.perMs, b.perMs) };
}

/** Windows of one policy as of now. */
export function windowsAt(windows: readonly LoadedWindow[], now: number): readonly Window[] {
  return windows.map(({ type, actions, stateAt }) => ({ type, actions, state: stateAt(now) }));
}

/**
 * Windows of a policy that stands above another one. Its Allow windows can't simply join the other's: an action would
 * then be free inside either, where it must be inside both. An Allow window that is closed becomes a freeze of its
 * actions until it opens; an open one holds nothing back.
 */
export function ceilingWindowsAt(windows: readonly LoadedWindow[], now: number): readonly Window[] {
  const all = windowsAt(windows, now);
  const allows = all.filter((it) => it.type === 'Allow');
  const limited = new Set(allows.flatMap((it) => it.actions));
  return [
    ...all.filter((it) => it.type === 'Freeze'),
    ...[...limited].flatMap((action) => {
      const opensAt = closedUntil(allows.filter((it) => it.actions.includes(action)));
      return opensAt === null
        ? []
        : [{ type: 'Freeze' as const, actions: [action as PlatformAction], state: { openUntil: opensAt } }];
    }),
  ];
}

/** Null when one of the windows is open. */
function closedUntil(windows: readonly Window[]): number | null {
  const openings = windows.map((it) => ('opensAt' in it.state ? it.state.opensAt : null));
  return openings.includes(null) ? null : Math.min(...openings.filter((it) => it !== null));
}
