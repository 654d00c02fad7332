import { SourceError } from '../../io/errors.ts';
import type { QueryAnswer, Sample } from '../contract.ts';

/** Written by hand: a schema library takes most of a tick for ten thousand series. */
type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const bad = (detail: string): SourceError => new SourceError('badAnswer', `Prometheus: ${detail}`);

/** The error of `{"status": "error", "errorType": …}`; null for any other body. Its text is left out: it may quote the query. */
export function errorOf(body: unknown, status: number): SourceError | null {
  const answer = fields(body);
  if (answer?.status !== 'error') return null;
  const type = typeof answer.errorType === 'string' ? answer.errorType.slice(0, 40) : 'unknown';
  const kinds: Readonly<Record<string, SourceError['kind']>> = {
    timeout: 'timeout',
    canceled: 'timeout',
    bad_data: 'refused',
    not_found: 'notFound',
  };
  return new SourceError(kinds[type] ?? 'status', `Prometheus: error ${type}`, status);
}

/**
 * The samples of an instant answer of type vector. Warnings are ignored. Throws `SourceError`: `badAnswer` where
 * anything is not as the API promises, `tooLarge` over `maxSeries`.
 */
export function parseVector(body: unknown, maxSeries: number): Extract<QueryAnswer, { ok: true }> {
  const answer = fields(body);
  const data = fields(answer?.data);
  if (answer?.status !== 'success' || data?.resultType !== 'vector' || !Array.isArray(data.result)) {
    throw bad('no vector');
  }
  if (data.result.length > maxSeries) throw new SourceError('tooLarge', `Prometheus: more than ${maxSeries} series`);
  const first = fields(data.result[0])?.value;
  const at: unknown = Array.isArray(first) ? first[0] : null;
  return { ok: true, samples: data.result.map(sample), evaluatedAt: typeof at === 'number' ? at * 1000 : null };
}

function sample(raw: unknown): Sample {
  const series = fields(raw);
  const labels = fields(series?.metric);
  const pair = series?.value;
  if (labels === null || !Array.isArray(pair) || typeof pair[1] !== 'string') throw bad('a series without a value');
  for (const name in labels) if (typeof labels[name] !== 'string') throw bad('a label that is no text');
  return { labels: labels as Readonly<Record<string, string>>, value: number(pair[1]) };
}

function number(text: string): number {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw bad('a value that is no number');
  return value;
}
