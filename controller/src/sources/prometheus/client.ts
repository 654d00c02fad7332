import type { HttpClient } from '../../io/http.ts';
import { jsonOf } from '../../io/http-answer.ts';
import { askAll, expectAccess } from '../ask.ts';
import type { MetricsSource, QueryAnswer } from '../contract.ts';
import { parseVector } from '../vector.ts';
import { errorOf } from './parse.ts';

/** What a Prometheus source is built from. */
export interface PrometheusSettings {
  readonly http: HttpClient;
  /** Base URL, with or without a path. */
  readonly url: string;
  /** For all queries of one call together, ms. */
  readonly deadlineMs: number;
  /** Largest answer of one query, series. Default 100,000. */
  readonly maxSeries?: number;
  /** The setting with the credentials that the client shows, for messages. */
  readonly credentials?: string | null;
}

/** Prometheus or what speaks its API (Thanos, Mimir, VictoriaMetrics). */
export function prometheus(settings: PrometheusSettings): MetricsSource {
  const { http, deadlineMs, maxSeries = 100_000, credentials = null } = settings;
  const url = `${settings.url.replace(/\/+$/, '')}/api/v1/query`;

  async function one(name: string, query: string, signal: AbortSignal): Promise<QueryAnswer> {
    const what = `Prometheus query ${name}`;
    // One more than allowed, so that a cut answer is seen. Prometheus stops working on it at the deadline, too.
    const form = { query, timeout: `${deadlineMs}ms`, limit: String(maxSeries + 1) };
    const request = { method: 'POST', url, what, body: { form }, deadlineMs, signal, repeatable: true } as const;
    const answer = await http.send(request);
    expectAccess(answer, what, credentials);
    const error = errorOf(tolerantJson(answer.body), answer.status);
    if (error !== null) throw error;
    return parseVector(jsonOf(answer, what), { source: 'Prometheus', maxSeries });
  }

  return { instant: (queries, signal) => askAll(queries, (name, query) => one(name, query, signal)) };
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
