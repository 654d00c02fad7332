/**
 * How far an input can be trusted at this instant.
 * `fresh` may be acted on; everything else holds what needs the input.
 * `implausible`: present and recent, but contradicted by what must hold at the same instant
 * (for example busy + idle + backpressured time far from 1000 ms/s), so a real zero is told from a zeroed series.
 */
export type Freshness = 'fresh' | 'stale' | 'absent' | 'partial' | 'nan' | 'error' | 'implausible';

/** Who said it. */
export type SourceName = 'prometheus' | 'loki' | 'flink-rest' | 'kubernetes' | 'storage' | 'platform';

/** One value of a snapshot with its origin. `value` is there only when it may be used. */
export type Input<T> = FreshInput<T> | UnusableInput;

/** A value that may be acted on. */
export interface FreshInput<T> {
  readonly freshness: 'fresh';
  readonly value: T;
  /** Age of the sample on its source's own clock, ms. */
  readonly ageMs: number;
  readonly source: SourceName;
}

/** No value, and why. */
export interface UnusableInput {
  readonly freshness: Exclude<Freshness, 'fresh'>;
  readonly ageMs: number | null;
  readonly source: SourceName;
  /** What was seen instead, for people: "4 of 10 subtasks report". */
  readonly detail: string;
}

/** The names under which decisions, holds and `drey explain` cite inputs, in the order in which people are shown them. */
export const INPUTS = [
  'jobState',
  'topology',
  'vertices',
  'lag',
  'taskManagers',
  'platform',
  'restarts',
  'checkpoints',
  'restorePoints',
  'restoredFrom',
  'exceptions',
] as const;

/** One of `INPUTS`. */
export type InputName = (typeof INPUTS)[number];

/** An input that may be acted on. `ageMs` on its source's own clock. */
export function fresh<T>(value: T, source: SourceName, ageMs = 0): FreshInput<T> {
  return { freshness: 'fresh', value, ageMs, source };
}

/** An input that holds whatever needs it. */
export function unusable(
  freshness: UnusableInput['freshness'],
  source: SourceName,
  detail: string,
  ageMs: number | null = null,
): UnusableInput {
  return { freshness, source, detail, ageMs };
}

/** The value when it may be used, else undefined. Never a default: missing data is never zero. */
export function usable<T>(input: Input<T>): T | undefined {
  return input.freshness === 'fresh' ? input.value : undefined;
}
