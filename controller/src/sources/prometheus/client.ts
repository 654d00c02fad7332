import { SourceError } from '../../io/errors.ts';
import type { HttpClient } from '../../io/http.ts';
import { jsonOf } from '../../io/http-answer.ts';
import type { MetricsSource, QueryAnswer } from '../contract.ts';
import { errorOf, parseVector } from './parse.ts';

/** What a Prometheus source is built from. */
export interface PrometheusSettings {
  readonly http: HttpClient;
  /** Base URL, with or without a path. */
  readonly url: string;
  /** For all queries of one call together, ms. */
  readonly deadlineMs: number;
  /** Largest answer of one query, series. Default 100,000. */
  readonly maxSeries?: number;
}

/** Prometheus or what speaks its API (Thanos, Mimir, VictoriaMetrics). */
export function prometheus(settings: PrometheusSettings): MetricsSource {
  const { http, deadlineMs, maxSeries = 100_000 } = settings;
  const url = `${settings.url.replace(/\/+$/, '')}/api/v1/query`;

  async function one(name: string, query: string, signal: AbortSignal): Promise<QueryAnswer> {
    const what = `Prometheus query ${name}`;
    try {
      // One more than allowed, so that a cut answer is seen. Prometheus stops working on it at the deadline, too.
      const form = { query, timeout: `${deadlineMs}ms`, limit: String(maxSeries + 1) };
      const answer = await http.send({
        method: 'POST',
        url,
        what,
        body: { form },
        deadlineMs,
        signal,
        repeatable: true,
      });
      const error = errorOf(tolerantJson(answer.body), answer.status);
      if (error !== null) throw error;
      return parseVector(jsonOf(answer, what), maxSeries);
    } catch (error) {
      if (error instanceof SourceError) return { ok: false, error };
      return { ok: false, error: new SourceError('badAnswer', what) };
    }
  }

  return {
    async instant(queries, signal) {
      const asked = Object.entries(queries).map(
        async ([name, query]) => [name, await one(name, query, signal)] as const,
      );
      return Object.fromEntries(await Promise.all(asked));
    },
  };
}

/** Error answers are small; a large body is an answer and is parsed once, by its own reader. */
function tolerantJson(body: Buffer): unknown {
  if (body.length > 16_384) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
