import { SourceError } from '../io/errors.ts';
import type { HttpClient } from '../io/http.ts';
import { expectSuccess } from '../io/http-answer.ts';
import type { Metrics } from '../report/metrics.ts';

/** The same client; each call counts as one of `source`, by outcome: `ok`, or the kind of the error. */
export function countRequests(http: HttpClient, source: string, metrics: Metrics): HttpClient {
  const count = (outcome: string): void => metrics.inc('drey_source_requests_total', { source, outcome });
  return {
    get calls() {
      return http.calls;
    },
    close: () => http.close(),
    async send(request) {
      try {
        const answer = await http.send(request);
        count(outcomeOf(() => expectSuccess(answer, request.what)));
        return answer;
      } catch (error) {
        count(error instanceof SourceError ? error.kind : 'unexpected');
        throw error;
      }
    },
  };
}

function outcomeOf(check: () => void): string {
  try {
    check();
    return 'ok';
  } catch (error) {
    return error instanceof SourceError ? error.kind : 'unexpected';
  }
}
