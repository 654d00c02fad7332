import { describe, expect, it } from 'vitest';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../io/http.ts';
import { loki } from './client.ts';

const { signal } = new AbortController();

function answering(status: number, body: string): { http: HttpClient; seen: HttpRequest[] } {
  const seen: HttpRequest[] = [];
  const send = (request: HttpRequest): Promise<HttpAnswer> => {
    seen.push(request);
    return Promise.resolve({ status, body: Buffer.from(body) });
  };
  return { http: { calls: 0, close: () => undefined, send }, seen };
}

async function errorOf(status: number, body: string, credentials: string | null = null): Promise<string> {
  const source = loki({ http: answering(status, body).http, url: 'http://loki', deadlineMs: 1000, credentials });
  const { feed } = await source.instant({ feed: 'x' }, signal);
  return feed?.ok === false ? `${feed.error.kind}: ${feed.error.message}` : 'ok';
}

describe('loki', () => {
  it('asks for a metric query now, in the body: a query may be longer than an address', async () => {
    const { http, seen } = answering(200, '{"status":"success","data":{"resultType":"vector","result":[]}}');
    const query = `sum by (namespace) (count_over_time({pod=~"a|b"} |= "\\"}" [1m]))`;
    const source = loki({ http, url: 'http://loki/base/', deadlineMs: 1000 });
    expect(await source.instant({ feed: query }, signal)).toEqual({
      feed: { ok: true, samples: [], evaluatedAt: null },
    });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: 'http://loki/base/loki/api/v1/query',
      body: { form: { query } },
      deadlineMs: 1000,
      repeatable: true,
    });
  });

  it('asks for lines of a span, newest first', async () => {
    const { http, seen } = answering(200, '{"status":"success","data":{"resultType":"streams","result":[]}}');
    const source = loki({ http, url: 'http://loki', deadlineMs: 1000 });
    const span = { query: '{pod="a"}', from: 1_700_000_000_001, to: 1_700_000_060_000, limit: 10_000 };
    expect(await source.lines(span, signal)).toEqual({ ok: true, lines: [] });
    expect(seen[0]).toMatchObject({
      url: 'http://loki/loki/api/v1/query_range',
      body: {
        form: {
          query: '{pod="a"}',
          start: '1700000000001000000',
          end: '1700000060000000000',
          limit: '5000',
          direction: 'backward',
        },
      },
    });
    expect(await source.lines({ ...span, to: span.from }, signal)).toEqual({ ok: true, lines: [] });
    expect(seen).toHaveLength(1);
  });

  it.each([
    [
      400,
      'parse error at line 1, col 5: syntax error: secret',
      'refused: Loki query feed: HTTP 400: the query does not parse',
    ],
    [
      400,
      'log queries are not supported as an instant query type, please change your query to a range query type',
      'refused: Loki query feed: HTTP 400: a log query, not a metric query',
    ],
    [
      400,
      'maximum number of series (500) reached for a single query; consider reducing query cardinality',
      'tooLarge: Loki query feed: HTTP 400: more series than its limit max_query_series',
    ],
    [401, 'no org id', 'refused: Loki query feed: HTTP 401: it wants a tenant: auth.headers {X-Scope-OrgID: …}'],
    [429, 'too many outstanding requests', 'status: Loki query feed: HTTP 429: it is overloaded'],
    [504, 'request timed out', 'timeout: Loki query feed: HTTP 504: it gave up'],
    [500, 'secret', 'status: Loki query feed: HTTP 500'],
    [302, 'secret', 'status: Loki query feed: HTTP 302: it points to another address, which is not asked'],
    [401, 'secret', 'refused: Loki query feed: HTTP 401: it wants credentials, see auth'],
    [200, '<html>', 'badAnswer: Loki query feed: the answer is no JSON'],
    [200, '{"status":"success","data":{"resultType":"vec', 'badAnswer: Loki query feed: the answer is no JSON'],
    [200, '[['.repeat(500_000), 'badAnswer: Loki query feed: the answer is no JSON'],
    [200, '{"status":"success","data":{"resultType":"streams","result":[]}}', 'badAnswer: Loki: no vector'],
  ])('%i %.30s', async (status, body, expected) => {
    expect(await errorOf(status, body)).toBe(expected);
  });

  it('names the setting whose credentials were refused', async () => {
    expect(await errorOf(403, 'x', 'auth.bearerFile')).toBe(
      'refused: Loki query feed: HTTP 403: it refused the credentials of auth.bearerFile',
    );
  });

  it('reads JSON that is nested without end', async () => {
    const depth = 1_000_000;
    expect(await errorOf(200, '['.repeat(depth) + ']'.repeat(depth))).toMatch(/^badAnswer/);
  });
});
