import { SourceError } from '../io/errors.ts';
import { badAnswer, fieldsOf, labelsOf, resultOf } from './answer.ts';
import type { QueryAnswer, Sample } from './contract.ts';

/** What an answer is read with. */
export interface VectorLimits {
  /** Whose answer it is, for messages. */
  readonly source: string;
  readonly maxSeries: number;
}

/**
 * The samples of an instant answer of type vector, as Prometheus and Loki write it. `evaluatedAt` is the oldest of all.
 * Throws `SourceError`: `badAnswer` where anything is not as the API promises, `incomplete` where the answer says so,
 * `tooLarge` over `maxSeries`.
 */
export function parseVector(body: unknown, { source, maxSeries }: VectorLimits): Extract<QueryAnswer, { ok: true }> {
  const result = resultOf(body, source, 'vector');
  if (result.length > maxSeries) throw new SourceError('tooLarge', `${source}: more than ${maxSeries} series`);
  let oldest = Number.POSITIVE_INFINITY;
  const samples = result.map((raw): Sample => {
    const series = fieldsOf(raw);
    const pair = series?.value;
    if (!Array.isArray(pair) || typeof pair[0] !== 'number' || typeof pair[1] !== 'string') {
      throw badAnswer(source, 'a series without a value');
    }
    oldest = Math.min(oldest, pair[0]);
    return { labels: labelsOf(series?.metric, source), value: numberOf(pair[1], source) };
  });
  return { ok: true, samples, evaluatedAt: samples.length === 0 ? null : oldest * 1000 };
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;

/** A number as Go writes it. One beyond what a float holds comes from nobody who keeps to the format. */
function numberOf(text: string, source: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) throw badAnswer(source, 'a value that is no number');
  return value;
}
