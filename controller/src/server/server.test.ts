import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../io/log.ts';
import type { ApiModel } from '../report/api-model.ts';
import { createMetrics } from '../report/metrics.ts';
import { accepted, failedExplanation, failedJob, fakeApiModel, healthyJob, NOW } from '../testing/api-model.ts';
import { assertClosed, type Token } from './access.ts';
import { createApi } from './api.ts';
import { listen, type Listening } from './listen.ts';
import { createTelemetry } from './telemetry.ts';

const loopback = { host: '127.0.0.1', port: 0 };
const token = 'a-token-of-good-length';
const tokens: readonly Token[] = [{ token, role: 'viewer' }];

let servers: Listening[] = [];
afterEach(async () => {
  await Promise.all(servers.map((it) => it.close()));
  servers = [];
});

async function urlOf(app: Parameters<typeof listen>[0]): Promise<string> {
  const server = await listen(app, loopback);
  servers.push(server);
  return `http://127.0.0.1:${server.address.port}`;
}

const api = (model: ApiModel | undefined = fakeApiModel(), known: readonly Token[] = []): Promise<string> =>
  urlOf(createApi({ model: () => model, tokens: known, version: '1', log: silentLog }));

/** fetch does not let a caller choose the Host header. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/api/v1/jobs`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the API', () => {
  it('lists jobs, shows one and explains it', async () => {
    const url = await api();
    const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
    const one = '/api/v1/jobs/process/local/Job/bonus';
    expect(await get('/api/v1/jobs')).toEqual({ now: NOW, policies: accepted, jobs: [healthyJob, failedJob] });
    expect(await get(one)).toEqual({ now: NOW, job: failedJob });
    expect(await get(`${one}/explain`)).toEqual({ now: NOW, explain: failedExplanation });
    expect(await get('/api/openapi.json')).toMatchObject({ openapi: '3.1.0', info: { version: '1' } });
  });

  it.each([
    '/api/v1/jobs/process/local/Job/none',
    '/api/v1/jobs/nowhere/local/Job/topup',
    '/api/v1/jobs/a/b/c/d/explain',
  ])('does not know %s', async (path) => {
    const response = await fetch(`${await api()}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'DREY-JOB-UNKNOWN' } });
  });

  it('answers errors without stack and keeps callers from guessing', async () => {
    const url = await api(
      fakeApiModel({
        jobs: () => {
          throw new Error('secret detail');
        },
      }),
    );
    const failed = await fetch(`${url}/api/v1/jobs`);
    expect(failed.status).toBe(500);
    expect(await failed.text()).toBe('{"error":{"code":"DREY-SERVER-ANSWER","message":"internal error"}}');
    expect(failed.headers.get('x-powered-by')).toBeNull();
    expect(failed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${url}/api/v1/jobs/process/local/Job/%E0%A4%A`)).status).toBe(400);
    expect((await fetch(`${url}/etc/passwd`)).status).toBe(404);
    const body = JSON.stringify({ much: 'x'.repeat(100_000) });
    const large = await fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect(large.status).toBe(413);
  });

  it('says that it starts until there is a loop', async () => {
    const url = await urlOf(createApi({ model: () => undefined, tokens: [], version: '1', log: silentLog }));
    expect((await fetch(`${url}/api/v1/jobs`)).status).toBe(503);
  });

  it('wants a known bearer token where tokens are configured', async () => {
    const url = await api(fakeApiModel(), tokens);
    const status = async (authorization?: string): Promise<number> => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await fetch(`${url}/api/v1/jobs`, { headers })).status;
    };
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status()).toBe(401);
    expect(await status(`Bearer ${token}x`)).toBe(401);
    expect(await status(`Basic ${token}`)).toBe(401);
    expect((await fetch(`${url}/api/openapi.json`)).status).toBe(401);
  });

  it('is open on names of this machine alone where none are', async () => {
    const url = await api();
    expect(await statusWith(url, { host: 'localhost:8480' })).toBe(200);
    expect(await statusWith(url, { host: '[::1]:8480' })).toBe(200);
    expect(await statusWith(url, { host: 'rebound.example:8480' })).toBe(403);
    expect(await statusWith(url, { host: '127.0.0.1.example' })).toBe(403);
    expect(await statusWith(url, { origin: 'http://evil.example' })).toBe(403);
    expect(await statusWith(url, { origin: 'null' })).toBe(403);
  });

  it('does not open itself to other machines without a token', () => {
    expect(() => assertClosed({ host: '0.0.0.0', port: 1 }, [])).toThrow(
      expect.objectContaining({ code: 'DREY-API-OPEN' }),
    );
    expect(() => assertClosed({ host: '127.evil.example', port: 1 }, [])).toThrow('would listen on 127.evil.example');
    expect(() => assertClosed({ host: '::1', port: 1 }, [])).not.toThrow();
    expect(() => assertClosed({ host: '0.0.0.0', port: 1 }, tokens)).not.toThrow();
  });

  it('says which address is taken', async () => {
    const url = await api();
    const port = Number(new URL(url).port);
    await expect(listen(() => undefined, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'DREY-ADDRESS-IN-USE',
      message: `127.0.0.1:${port} is in use`,
    });
  });
});

describe('telemetry', () => {
  const telemetry = (model: ApiModel | undefined): Promise<string> =>
    urlOf(createTelemetry({ model: () => model, metrics: createMetrics('1'), log: silentLog }));
  const statuses = async (url: string): Promise<number[]> =>
    Promise.all(['/livez', '/readyz'].map(async (path) => (await fetch(`${url}${path}`)).status));

  it('tells life and readiness apart', async () => {
    expect(await statuses(await telemetry(undefined))).toEqual([200, 503]);
    expect(await statuses(await telemetry(fakeApiModel({ ready: () => false })))).toEqual([200, 503]);
    expect(await statuses(await telemetry(fakeApiModel()))).toEqual([200, 200]);
    expect(await statuses(await telemetry(fakeApiModel({ live: () => false })))).toEqual([503, 200]);
  });

  it('shows metrics as Prometheus reads them', async () => {
    const response = await fetch(`${await telemetry(fakeApiModel())}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; .*version=0\.0\.4/);
    expect(await response.text()).toContain('drey_info{version="1"} 1\n');
  });
});
