import { Cron } from 'croner';
import type { Window } from '../core/model/policy.ts';

/** When a window opens, and for how long. */
export interface WindowTimes {
  readonly schedule: string;
  /** ms */
  readonly duration: number;
  readonly timeZone: string;
}

type WindowState = Window['state'];

/** Openings that overlap are followed at most this far. */
const MAX_CHAIN = 1000;

/** The IANA database of this Node knows the zone. */
export function timeZoneExists(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** True when the schedule is no cron expression, or one that never comes true (30 February). */
export function neverOpens(schedule: string): boolean {
  try {
    return cronOf({ schedule, timeZone: 'UTC' }).nextRun(new Date(0)) === null;
  } catch {
    return true;
  }
}

/**
 * Says for an instant whether the window is open, and until or from when.
 * The answer is kept until the instant that it names: a fleet asks it for every job at every tick.
 */
export function windowClock(times: WindowTimes): (now: number) => WindowState {
  const cron = cronOf(times);
  let known: { readonly from: number; readonly until: number; readonly state: WindowState } | undefined;
  return (now) => {
    if (known === undefined || now < known.from || now >= known.until) {
      const state = stateAt(cron, times.duration, now);
      known = { from: now, until: 'openUntil' in state ? state.openUntil : state.opensAt, state };
    }
    return known.state;
  };
}

function cronOf(times: Pick<WindowTimes, 'schedule' | 'timeZone'>): Cron {
  return new Cron(times.schedule, { timezone: times.timeZone, paused: true });
}

function stateAt(cron: Cron, durationMs: number, now: number): WindowState {
  // The reference itself is left out by the library, so that a start at this very instant needs one more ms.
  const opened = cron.previousRuns(1, new Date(now + 1))[0]?.getTime();
  if (opened === undefined || opened + durationMs <= now) {
    return { opensAt: cron.nextRun(new Date(now))?.getTime() ?? Number.POSITIVE_INFINITY };
  }
  let openUntil = opened + durationMs;
  let last = opened;
  for (let i = 0; i < MAX_CHAIN; i++) {
    const next = cron.nextRun(new Date(last))?.getTime();
    if (next === undefined || next > openUntil) break;
    last = next;
    openUntil = next + durationMs;
  }
  return { openUntil };
}
