/** What an expression of PromQL yields. */
export type PromType = 'vector' | 'matrix' | 'scalar' | 'string';

/** A function's arguments and value. */
export interface PromFunction {
  readonly args: readonly PromType[];
  /** How many of the arguments, counted from the end, may be left out. */
  readonly optional: number;
  /** The last argument may stand any number of times. */
  readonly repeats: boolean;
  readonly returns: PromType;
}

const OF_VECTOR = `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg
  histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn sin sinh sort sort_desc
  sqrt tan tanh timestamp`;
const OF_RANGE = `absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate
  last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time
  sum_over_time`;
const OF_VECTOR_OR_NOTHING = 'day_of_month day_of_week day_of_year days_in_month hour minute month year';

/** Functions of Prometheus 3 that need no feature flag, from its `promql/parser/functions.go`. */
export const PROM_FUNCTIONS: ReadonlyMap<string, PromFunction> = new Map([
  ...all(OF_VECTOR, { args: ['vector'] }),
  ...all(OF_RANGE, { args: ['matrix'] }),
  ...all(OF_VECTOR_OR_NOTHING, { args: ['vector'], optional: 1 }),
  ...all('clamp', { args: ['vector', 'scalar', 'scalar'] }),
  ...all('clamp_max clamp_min', { args: ['vector', 'scalar'] }),
  ...all('round', { args: ['vector', 'scalar'], optional: 1 }),
  ...all('histogram_fraction', { args: ['scalar', 'scalar', 'vector'] }),
  ...all('histogram_quantile', { args: ['scalar', 'vector'] }),
  ...all('label_replace', { args: ['vector', 'string', 'string', 'string', 'string'] }),
  ...all('label_join', { args: ['vector', 'string', 'string', 'string'], optional: 1, repeats: true }),
  ...all('predict_linear', { args: ['matrix', 'scalar'] }),
  ...all('quantile_over_time', { args: ['scalar', 'matrix'] }),
  ...all('vector', { args: ['scalar'] }),
  ...all('pi time', { args: [], returns: 'scalar' }),
  ...all('scalar', { args: ['vector'], returns: 'scalar' }),
]);

/** Aggregations that take a parameter before the vector. */
export const PROM_PARAMETERS: ReadonlyMap<string, PromType> = new Map([
  ['bottomk', 'scalar'],
  ['count_values', 'string'],
  ['quantile', 'scalar'],
  ['topk', 'scalar'],
]);

function all(
  names: string,
  signature: Partial<PromFunction> & Pick<PromFunction, 'args'>,
): readonly (readonly [string, PromFunction])[] {
  const complete: PromFunction = { optional: 0, repeats: false, returns: 'vector', ...signature };
  return names.split(/\s+/).map((name) => [name, complete] as const);
}
