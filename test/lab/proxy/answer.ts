/** A sample as Prometheus writes it: seconds, and the value as text. */
type Sample = [number, string];

interface Series {
  value?: Sample;
  values?: Sample[];
}

/** The part of a query's answer that faults change. */
export interface Answer {
  status: string;
  data?: { resultType: string; result: Series[] | Sample };
}

/** True for a query whose values are sample ages (`time() - timestamp(…)`). */
export function asksForAge(query: string): boolean {
  return /\btimestamp\s*\(/.test(query);
}

/** The same answer without any series. */
export function withoutSeries(answer: Answer): Answer {
  if (answer.data === undefined) return answer;
  const resultType = answer.data.resultType === 'matrix' ? 'matrix' : 'vector';
  return { ...answer, data: { resultType, result: [] } };
}

/** The same answer with each sample changed. */
export function mapSamples(answer: Answer, change: (sample: Sample) => Sample): Answer {
  const { data } = answer;
  if (data === undefined) return answer;
  if (!isVector(data.result)) return { ...answer, data: { ...data, result: change(data.result) } };
  const result = data.result.map((series) => ({
    ...series,
    ...(series.value === undefined ? {} : { value: change(series.value) }),
    ...(series.values === undefined ? {} : { values: series.values.map(change) }),
  }));
  return { ...answer, data: { ...data, result } };
}

/** An answer evaluated `elapsed` seconds ago, told as if asked now: ages have grown by that time, all else is frozen. */
export function agedBy(answer: Answer, elapsed: number, query: string): Answer {
  const growth = asksForAge(query) ? elapsed : 0;
  return mapSamples(answer, ([at, value]) => [at + elapsed, growth === 0 ? value : String(Number(value) + growth)]);
}

/** A scalar's or string's result is one sample, everything else a list of series. */
function isVector(result: Series[] | Sample): result is Series[] {
  return result.length === 0 || typeof result[0] === 'object';
}
