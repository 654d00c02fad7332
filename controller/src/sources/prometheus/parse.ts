import { SourceError } from '../../io/errors.ts';
import { fieldsOf } from '../answer.ts';

/**
 * The error of `{"status": "error", "errorType": …}`; null for any other body, and for a type that nobody knows: then the
 * HTTP status tells. Its text is left out: it may quote the query.
 */
export function errorOf(body: unknown, status: number): SourceError | null {
  const answer = fieldsOf(body);
  if (answer?.status !== 'error' || typeof answer.errorType !== 'string') return null;
  const kind = KINDS.get(answer.errorType);
  return kind === undefined ? null : new SourceError(kind, `Prometheus: error ${answer.errorType}`, status);
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
