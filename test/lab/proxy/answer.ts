/** A sample as Prometheus writes it: seconds, and the value as text. */
type Sample = readonly [number, string];

interface Series {
  readonly metric?: Readonly<Record<string, string>>;
  readonly value?: Sample;
  readonly values?: readonly Sample[];
}

/** A log stream of Loki's: nanoseconds and line as text. */
interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [string, string])[];
}

/** The part of a query's answer that faults change. */
export interface Answer {
  readonly status: string;
  readonly data?:
    | { readonly resultType: 'streams'; readonly result: readonly Stream[] }
    | { readonly resultType: 'matrix'; readonly result: readonly Series[] }
    | { readonly resultType: 'vector'; readonly result: readonly Series[] }
    | { readonly resultType: 'scalar'; readonly result: Sample }
    | { readonly resultType: 'string'; readonly result: Sample };
}

/** True for a query whose values are sample ages (`time() - timestamp(…)`). */
export function asksForAge(query: string): boolean {
  return /\btimestamp\s*\(/.test(query);
}

/** The same answer without any series. */
export function withoutSeries(answer: Answer): Answer {
  const type = answer.data?.resultType;
  if (type === undefined) return answer;
  return { ...answer, data: { resultType: type === 'matrix' || type === 'streams' ? type : 'vector', result: [] } };
}

/** The same answer with each sample changed; lines stay. */
export function mapSamples(answer: Answer, change: (sample: Sample) => Sample): Answer {
  const { data } = answer;
  if (data === undefined || data.resultType === 'streams') return answer;
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    return { ...answer, data: { ...data, result: change(data.result) } };
  }
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
