import { expect, it } from 'vitest';
import { SourceError } from '../io/errors.ts';
import type { HttpAnswer, HttpClient } from '../io/http.ts';
import { createMetrics } from '../report/metrics.ts';
import { countRequests } from './count-requests.ts';

it('counts each call once, by what came of it, and changes nothing', async () => {
  const answers: (() => Promise<HttpAnswer>)[] = [200, 404, 503].map(
    (status) => () => Promise.resolve({ status, body: Buffer.alloc(0) }),
  );
  answers.push(() => Promise.reject(new SourceError('timeout', 'late')));
  const http: HttpClient = { calls: 7, close: () => undefined, send: () => answers.shift()!() };
  const metrics = createMetrics('1');
  const counted = countRequests(http, 'prometheus', metrics);
  const request = { method: 'GET', url: 'http://x', what: 'x', deadlineMs: 1 } as const;
  for (const status of [200, 404, 503]) expect((await counted.send(request)).status).toBe(status);
  await expect(counted.send(request)).rejects.toMatchObject({ kind: 'timeout' });
  expect(counted.calls).toBe(7);
  const lines = (await metrics.text()).body
    .split('\n')
    .filter((line) => line.startsWith('drey_source_requests_total{'));
  expect(lines.toSorted()).toEqual(
    ['notFound', 'ok', 'status', 'timeout'].map(
      (outcome) => `drey_source_requests_total{source="prometheus",outcome="${outcome}"} 1`,
    ),
  );
});
