import { SourceError } from '../../io/errors.ts';
import { fieldsOf } from '../answer.ts';

/** The error of `{"status": "error", "errorType": …}`; null for any other body. Its text is left out: it may quote the query. */
export function errorOf(body: unknown, status: number): SourceError | null {
  const answer = fieldsOf(body);
  if (answer?.status !== 'error') return null;
  const type = typeof answer.errorType === 'string' ? answer.errorType : 'unknown';
  const kind = KINDS.get(type);
  return new SourceError(kind ?? 'status', `Prometheus: error ${kind === undefined ? 'unknown' : type}`, status);
}

/** https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview */
const KINDS: ReadonlyMap<string, SourceError['kind']> = new Map([
  ['timeout', 'timeout'],
  ['canceled', 'timeout'],
  ['bad_data', 'refused'],
  ['execution', 'status'],
  ['internal', 'status'],
  ['unavailable', 'status'],
  ['not_found', 'notFound'],
  ['not_acceptable', 'refused'],
]);
