/** How the observer judges and how much it may ask. Durations in ms. */
export interface ObserverSettings {
  /** How often Prometheus scrapes Flink. */
  readonly scrapeMs: number;
  readonly tickMs: number;
  /** For all questions to Flink REST and to storage of one tick together. Default 5 s. */
  readonly lookupDeadlineMs: number;
  /** Flink REST calls of one tick. Default 50. */
  readonly maxRestCallsPerTick: number;
  /** For the queries of all rules of one tick together. Default 10 s. */
  readonly rulesDeadlineMs: number;
  /** Restore points of a healthy job are looked at again at most this often. Default 10 s. */
  readonly restorePointsEveryMs: number;
}

/** Durations in ms. */
export const OBSERVER_DEFAULTS = {
  lookupDeadlineMs: 5000,
  rulesDeadlineMs: 10_000,
  maxRestCallsPerTick: 50,
  restorePointsEveryMs: 10_000,
} as const;

/** Up to this age a sample is fresh: min(60 s, 2 × scrape + tick). */
export function freshLimitMs(settings: Pick<ObserverSettings, 'scrapeMs' | 'tickMs'>): number {
  return Math.min(60_000, 2 * settings.scrapeMs + settings.tickMs);
}
