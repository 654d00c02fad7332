import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../io/clock.ts';
import { createLog } from '../io/log.ts';
import { createMetrics } from '../report/metrics.ts';
import { lokiSource, prometheusSource } from '../resources/config/source.ts';
import type { MetricsSource, SourceError } from '../sources/contract.ts';
import { loki } from '../sources/loki/client.ts';
import { prometheus } from '../sources/prometheus/client.ts';
import { createAuthority } from '../testing/certificates.ts';
import { countRequests } from './count-requests.ts';
import { sourceClient } from './source-client.ts';

const PASSWORD = 'hunter2-password';
const API_KEY = 'hunter2-api-key';
const USER = 'hunter2-user';
const authority = createAuthority('lab');
const own = authority.issue('drey');
const SECRETS = [
  'hunter2',
  Buffer.from(`${USER}:${PASSWORD}`).toString('base64').slice(0, 20),
  ...own.key.split('\n').filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line)),
];

/** Everything that a person, a log or a scrape could see of an error. */
function told(error: SourceError): string {
  const lines: string[] = [];
  const log = createLog({ clock: systemClock, stream: { write: (line: string) => void lines.push(line) } });
  log.error('a query failed', { error, nested: { error }, detail: error.message });
  const fields: unknown = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((it) => [it, Reflect.get(error, it)]),
  );
  const deep = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
  return [String(error), error.stack, deep, JSON.stringify(error), JSON.stringify(fields), ...lines].join('\n');
}

let folder: string;
let server: Server;
let url: string;
let handler: RequestListener;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-source-secrets-'));
  const files = {
    password: PASSWORD,
    key: API_KEY,
    'ca.pem': authority.cert,
    'own.pem': own.cert,
    'own-key.pem': own.key,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  server = createServer({ ...authority.issue('server'), requestCert: true, ca: authority.cert }, (request, response) =>
    handler(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** Answers with everything that it was sent. */
const echo =
  (status: number, form: (headers: string) => string): RequestListener =>
  (request, response) =>
    void response
      .writeHead(status, { location: `/${request.headers.authorization}` })
      .end(form(JSON.stringify(request.headers)));
const asText = (headers: string): string => headers;
const asError = (headers: string): string => JSON.stringify({ status: 'error', errorType: headers, error: headers });
const asWarning = (headers: string): string =>
  JSON.stringify({ status: 'success', warnings: [headers], data: { resultType: 'vector', result: [] } });
const asSeries = (headers: string): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, headers] }] } });
const asType = (headers: string): string =>
  JSON.stringify({ status: 'success', data: { resultType: headers, result: [] } });

const ANSWERS: readonly (readonly [string, RequestListener, SourceError['kind']])[] = [
  ['401', echo(401, asText), 'refused'],
  ['403', echo(403, asText), 'refused'],
  ['403 with an error in JSON', echo(403, asError), 'refused'],
  ['400 with an error in JSON', echo(400, asError), 'refused'],
  ['500', echo(500, asText), 'status'],
  ['a redirect', echo(302, asText), 'status'],
  ['no JSON', echo(200, (headers) => `<${headers}`), 'badAnswer'],
  [
    'half a body',
    (request, response) => {
      response.writeHead(200, { 'content-length': '10000' }).write(JSON.stringify(request.headers));
      request.socket.destroy();
    },
    'unreachable',
  ],
  ['a warning', echo(200, asWarning), 'incomplete'],
  ['a value that is none', echo(200, asSeries), 'badAnswer'],
  ['another type', echo(200, asType), 'badAnswer'],
  ['nothing in time', () => undefined, 'timeout'],
  ['a reset', (request) => void request.socket.destroy(), 'unreachable'],
  ['no HTTP', (request) => void request.socket.end('hunter2'), 'unreachable'],
];

/** Ways in which no answer comes, by what they change in the settings. */
const SETTINGS: readonly (readonly [string, object, SourceError['kind']])[] = [
  ['nobody listens', { url: 'https://127.0.0.1:1' }, 'unreachable'],
  ['no such host', { url: 'https://hunter2.invalid' }, 'unreachable'],
  ['an unknown certificate', { tls: {} }, 'unreachable'],
  ['a missing file', { auth: { bearerFile: '/hunter2' } }, 'credentials'],
  ['a password in two lines', { auth: { bearerFile: 'two-lines' } }, 'credentials'],
  ['a key in place of a certificate', { tls: { caFile: 'own-key.pem' } }, 'credentials'],
  ['a certificate in place of a key', { tls: { certFile: 'own.pem', keyFile: 'own.pem' } }, 'credentials'],
  ['a key that is none', { tls: { certFile: 'own.pem', keyFile: 'password' } }, 'credentials'],
];

describe.each(['Prometheus', 'Loki'])('%s tells no secret', (name) => {
  let kind: SourceError['kind'] | null = null;

  async function failing(over: object): Promise<{ readonly error: SourceError; readonly metrics: string }> {
    const from = (path: string): string => (path.startsWith('/') ? path : join(folder, path));
    const absolute = (given: object): object =>
      Object.fromEntries(
        Object.entries(given).map(([key, value]) => [
          key,
          key.endsWith('File') ? from(value as string) : (value as unknown),
        ]),
      );
    const { auth, tls, ...rest } = over as { auth?: object; tls?: object };
    const settings = {
      url,
      deadline: '10s',
      auth: absolute(
        auth ?? {
          basic: absolute({ username: USER, passwordFile: 'password' }),
          headerFiles: { 'X-Api-Key': from('key') },
        },
      ),
      tls: absolute(tls ?? { caFile: 'ca.pem', certFile: 'own.pem', keyFile: 'own-key.pem' }),
      ...rest,
    };
    const client = sourceClient((name === 'Loki' ? lokiSource : prometheusSource).parse(settings), systemClock);
    const metrics = createMetrics('1');
    const counted = { ...client, http: countRequests(client.http, name, metrics) };
    const source: MetricsSource = name === 'Loki' ? loki(counted) : prometheus(counted);
    const { q } = await source.instant({ q: 'up' }, new AbortController().signal);
    client.http.close();
    if (q?.ok !== false) throw new Error('an answer');
    return { error: q.error, metrics: (await metrics.text()).body };
  }

  async function leaked(over: object): Promise<readonly string[]> {
    const { error, metrics } = await failing(over);
    kind = error.kind;
    const text = `${told(error)}\n${metrics}`;
    return SECRETS.filter((secret) => text.includes(secret));
  }

  it.each(ANSWERS)('with %s', async (_, answer, expected) => {
    let asked = 0;
    handler = (request, response) => {
      asked += 1;
      expect(request.headers['x-api-key']).toBe(API_KEY);
      answer(request, response);
    };
    expect(await leaked(expected === 'timeout' ? { deadline: '300ms' } : {})).toEqual([]);
    expect(kind).toBe(expected);
    expect(asked).toBeGreaterThan(0);
  });

  it.each(SETTINGS)('with %s', async (_, over, expected) => {
    await writeFile(join(folder, 'two-lines'), 'hunter2\nhunter2');
    expect(await leaked(over)).toEqual([]);
    expect(kind).toBe(expected);
  });
});
