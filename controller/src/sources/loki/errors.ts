import { SourceError } from '../../io/errors.ts';
import type { HttpAnswer } from '../../io/http.ts';
import { expectSuccess } from '../../io/http-answer.ts';
import { expectAccess } from '../ask.ts';

/** What Loki's error texts begin with or hold, and what is said in their place: the texts quote the query. */
const TEXTS: readonly { readonly text: RegExp; readonly kind: SourceError['kind']; readonly says: string }[] = [
  { text: /maximum (number )?of series \(/, kind: 'tooLarge', says: 'more series than its limit max_query_series' },
  { text: /no org id/, kind: 'refused', says: 'it wants a tenant: auth.headers {X-Scope-OrgID: …}' },
  { text: /log queries are not supported as an instant/, kind: 'refused', says: 'a log query, not a metric query' },
  { text: /max entries limit/, kind: 'tooLarge', says: 'more lines than its limit max_entries_limit_per_query' },
  { text: /parse error|syntax error/, kind: 'refused', says: 'the query does not parse' },
  { text: /too many outstanding requests/, kind: 'status', says: 'it is overloaded' },
];
/** Its error texts are short; more is not looked through. */
const MAX_BYTES = 4096;

/** Throws the `SourceError` of an answer that is no success. Loki tells errors as plain text. `credentials`: what it was shown. */
export function expectAnswer(answer: HttpAnswer, what: string, credentials: string | null): void {
  const { status, body } = answer;
  if (status >= 400) {
    const text = body.subarray(0, MAX_BYTES).toString('utf8');
    const known = TEXTS.find((it) => it.text.test(text));
    if (known !== undefined) throw new SourceError(known.kind, `${what}: HTTP ${status}: ${known.says}`, status);
    // Its own limit of time on a query.
    if (status === 504) throw new SourceError('timeout', `${what}: HTTP 504: it gave up`, status);
  }
  expectAccess(answer, what, credentials);
  expectSuccess(answer, what);
}
