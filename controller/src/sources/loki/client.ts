import type { HttpAnswer, HttpClient } from '../../io/http.ts';
import { jsonOf } from '../../io/http-answer.ts';
import { askAll, asSourceError } from '../ask.ts';
import type { LineQuery, LogSource } from '../contract.ts';
import { parseVector } from '../vector.ts';
import { expectAnswer } from './errors.ts';
import { parseLines } from './lines.ts';

/** What a Loki source is built from. */
export interface LokiSettings {
  readonly http: HttpClient;
  /** Base URL, with or without a path. */
  readonly url: string;
  /** For all queries of one call together, ms. Loki itself has no such limit a query. */
  readonly deadlineMs: number;
  /** Largest answer of one metric query, series. Default 5,000. More is an error: nothing is cut in silence. */
  readonly maxSeries?: number;
  /** The setting with the credentials that the client shows, for messages. */
  readonly credentials?: string | null;
}

/** Loki's own default of the most lines it answers at once. */
const MAX_LINES = 5000;

/** Loki 2.9 or later: https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export function loki(settings: LokiSettings): LogSource {
  const { http, deadlineMs, maxSeries = 5000, credentials = null } = settings;
  const base = `${settings.url.replace(/\/+$/, '')}/loki/api/v1`;

  async function ask(path: string, what: string, asked: Asked): Promise<HttpAnswer> {
    const { form, signal } = asked;
    const url = `${base}/${path}`;
    const request = { method: 'POST', url, what, body: { form }, deadlineMs, signal, repeatable: true } as const;
    const answer = await http.send(request);
    expectAnswer(answer, what, credentials);
    return answer;
  }

  return {
    instant: (queries, signal) =>
      askAll(queries, async (name, query) => {
        const what = `Loki query ${name}`;
        const answer = await ask('query', what, { form: { query }, signal });
        return parseVector(jsonOf(answer, what), { source: 'Loki', maxSeries });
      }),
    async lines(request, signal) {
      const what = 'Loki lines';
      try {
        if (request.to <= request.from || request.limit < 1) return { ok: true, lines: [] };
        const answer = await ask('query_range', what, { form: rangeForm(request), signal });
        return { ok: true, lines: parseLines(jsonOf(answer, what)) };
      } catch (error) {
        return { ok: false, error: asSourceError(error, what) };
      }
    },
  };
}

interface Asked {
  readonly form: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

function rangeForm({ query, from, to, limit }: LineQuery): Readonly<Record<string, string>> {
  const ns = (at: number): string => `${BigInt(Math.round(at)) * 1_000_000n}`;
  const lines = Math.min(Math.floor(limit), MAX_LINES);
  return { query, start: ns(from), end: ns(to), limit: `${lines}`, direction: 'backward' };
}
