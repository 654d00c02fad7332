import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hidePods } from '../../lab/proxy/hide-pods.ts';
import { hostileTexts } from '../../lab/proxy/made-up.ts';
import { type FaultProxy, startProxy } from '../../lab/proxy/proxy.ts';

/** A Prometheus that answers each query with one series that echoes what was asked. */
function fakePrometheus(): Server {
  return createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const asked = new URLSearchParams(body);
      const at = Number(asked.get('time') ?? 100);
      const metric = { query: asked.get('query') };
      const data = { resultType: 'vector', result: [{ metric, value: [at, '7'] }] };
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'success', data }));
    });
  });
}

interface Result {
  metric: { query: string };
  value: [number, string];
}

describe('fault proxy', () => {
  let prometheus: Server;
  let proxy: FaultProxy;

  beforeEach(async () => {
    prometheus = fakePrometheus();
    await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
    proxy = await startProxy({ target: `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}` });
  });

  afterEach(async () => {
    await proxy.close();
    prometheus.closeAllConnections();
    prometheus.close();
  });

  async function ask(query: string): Promise<Result[]> {
    const response = await fetch(`${proxy.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const answer = (await response.json()) as { data: { result: Result[] } };
    return answer.data.result;
  }

  it('passes answers and counts queries', async () => {
    expect(await ask('up')).toEqual([{ metric: { query: 'up' }, value: [100, '7'] }]);
    expect(proxy.queries).toBe(1);
  });

  it('takes queries sent as a form', async () => {
    const response = await fetch(`${proxy.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: 'up' }),
    });
    expect(JSON.stringify(await response.json())).toContain('"query":"up"');
  });

  it('answers nothing when absent', async () => {
    proxy.set({ mode: 'absent' });
    expect(await ask('up')).toEqual([]);
  });

  it('answers NaN for values and ages', async () => {
    proxy.set({ mode: 'nan' });
    expect((await ask('time() - timestamp(up)'))[0]?.value[1]).toBe('NaN');
  });

  it('answers 0 for values, while ages pass', async () => {
    proxy.set({ mode: 'zero' });
    expect((await ask('up'))[0]?.value[1]).toBe('0');
    expect((await ask('time() - timestamp(up)'))[0]?.value[1]).toBe('7');
  });

  it('evaluates at the instant of the fault when stale, and lets ages grow', async () => {
    const before = Date.now() / 1000;
    proxy.set({ mode: 'stale' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const [frozen] = await ask('up');
    expect(frozen?.value[1]).toBe('7');
    expect(frozen?.value[0]).toBeGreaterThanOrEqual(before + 0.05);
    const [age] = await ask('time() - timestamp(up)');
    expect(Number(age?.value[1])).toBeGreaterThanOrEqual(7.05);
    expect(Number(age?.value[1])).toBeLessThan(8);
  });

  it('asks without the hidden pods when partial', async () => {
    proxy.set({ mode: 'partial', pods: ['a-taskmanager-0'] });
    expect((await ask('sum(flink_taskmanager_x)'))[0]?.metric.query).toBe(
      'sum(flink_taskmanager_x{pod!~"a-taskmanager-0"})',
    );
  });

  it('answers 503, later, or not at all', async () => {
    proxy.set({ mode: 'error' });
    expect((await fetch(`${proxy.url}/api/v1/query?query=up`)).status).toBe(503);
    proxy.set({ mode: 'slow', ms: 60 });
    const began = performance.now();
    expect(await ask('up')).toHaveLength(1);
    expect(performance.now() - began).toBeGreaterThanOrEqual(55);
    proxy.set({ mode: 'reset' });
    await expect(fetch(`${proxy.url}/api/v1/query?query=up`)).rejects.toThrow('fetch failed');
  });

  it('cuts the connection in the middle of the answer', async () => {
    proxy.set({ mode: 'cut' });
    const response = await fetch(`${proxy.url}/api/v1/query?query=up`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('terminated');
  });

  it('makes up many series, and hostile ones, of the kind that was asked for', async () => {
    const asked = async (path: string, query: string): Promise<{ resultType: string; result: object[] }> => {
      const response = await fetch(`${proxy.url}${path}?query=${encodeURIComponent(query)}`);
      return ((await response.json()) as { data: { resultType: string; result: object[] } }).data;
    };
    proxy.set({ mode: 'many-series', series: 3, labels: { namespace: 'a' } });
    const many = await asked('/loki/api/v1/query', 'sum by (series) (rate({namespace="a"}[1m]))');
    expect(many).toMatchObject({ resultType: 'vector', result: { length: 3 } });
    expect(many.result[2]).toMatchObject({
      metric: { namespace: 'a', series: 's2' },
      value: [expect.any(Number), '1'],
    });
    proxy.set({ mode: 'hostile' });
    const range = await asked('/api/v1/query_range', 'up');
    expect([range.resultType, range.result.length]).toEqual(['matrix', hostileTexts.length]);
    const logs = await asked('/loki/api/v1/query_range', '{namespace="a"}');
    expect(logs.resultType).toBe('streams');
    expect(logs.result[0]).toMatchObject({ values: [[expect.stringMatching(/^\d{19}$/), hostileTexts[0]]] });
    expect(proxy.queries).toBe(3);
  });

  it('passes on who asks', async () => {
    let tenant: unknown;
    prometheus.once('request', (request: IncomingMessage) => (tenant = request.headers['x-scope-orgid']));
    await fetch(`${proxy.url}/loki/api/v1/query?query=up`, { headers: { 'x-scope-orgid': 'kcell' } });
    expect(tenant).toBe('kcell');
  });

  it('answers 502 while Prometheus is stopped', async () => {
    prometheus.closeAllConnections();
    await new Promise((resolve) => prometheus.close(resolve));
    expect((await fetch(`${proxy.url}/api/v1/query?query=up`)).status).toBe(502);
  });

  it('is set over HTTP, and refuses what is no fault', async () => {
    const put = (body: string) => fetch(`${proxy.url}/-/fault`, { method: 'PUT', body });
    expect((await put('{"mode":"slow","ms":5}')).status).toBe(200);
    expect(proxy.fault).toEqual({ mode: 'slow', ms: 5 });
    expect((await put('{"mode":"slow"}')).status).toBe(400);
    expect(await (await fetch(`${proxy.url}/-/fault`)).json()).toEqual({ mode: 'slow', ms: 5 });
    expect((await put('{"mode":"many-series","series":7,"labels":{"a":"b"}}')).status).toBe(200);
    expect(proxy.fault).toEqual({ mode: 'many-series', series: 7, labels: { a: 'b' } });
  });
});

describe('hidePods', () => {
  it.each([
    ['flink_taskmanager_a', 'flink_taskmanager_a{pod!~"p|q"}'],
    ['rate(flink_taskmanager_a{x="{y}"}[1m])', 'rate(flink_taskmanager_a{pod!~"p|q",x="{y}"}[1m])'],
    ['{__name__=~"flink_taskmanager_.*"}', '{pod!~"p|q",__name__=~"flink_taskmanager_.*"}'],
    ['sum by (pod) (flink_a / flink_b {})', 'sum by (pod) (flink_a{pod!~"p|q"} / flink_b {pod!~"p|q",})'],
  ])('%s', (query, expected) => {
    expect(hidePods(query, ['p', 'q'])).toBe(expected);
  });

  it('takes pod names literally', () => {
    expect(hidePods('flink_a', ['a.b'])).toBe(String.raw`flink_a{pod!~"a\\.b"}`);
  });
});
