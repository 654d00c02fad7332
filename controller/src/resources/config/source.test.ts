import { describe, expect, it } from 'vitest';
import { checkResource } from '../check/resource.ts';
import type { DreyConfig } from './config.ts';
import { resolvePaths } from './paths.ts';

const config = (sources: unknown): unknown => ({ apiVersion: 'drey.dev/v1alpha1', kind: 'DreyConfig', sources });
const prometheus = { url: 'https://prometheus:9090' };
const loki = (over: object): unknown => config({ prometheus, loki: { url: 'https://loki:3100', ...over } });

function read(document: unknown): DreyConfig {
  const checked = checkResource(document);
  if (!checked.ok || checked.value.kind !== 'DreyConfig') throw new Error(JSON.stringify(checked));
  return checked.value;
}

function issuesOf(document: unknown): string[] {
  const checked = checkResource(document);
  return checked.ok ? [] : checked.issues.map((it) => `${it.path.join('.')}: ${it.expected} / ${it.found}`);
}

describe('sources of the configuration', () => {
  it('needs no Loki, and gives one its defaults', () => {
    expect(read(config({ prometheus })).sources.loki).toBeUndefined();
    expect(read(loki({})).sources.loki).toEqual({
      url: 'https://loki:3100',
      deadline: 5000,
      labels: { namespace: 'namespace', pod: 'pod', job: 'job_name' },
    });
  });

  it.each(['prometheus', 'loki'])(
    'takes the same access for %s, files from the folder of the configuration',
    (name) => {
      const access = {
        auth: {
          basic: { username: 'drey', passwordFile: 'secrets/password' },
          headers: { 'X-Scope-OrgID': 'payments' },
          headerFiles: { 'X-Api-Key': '/run/key' },
        },
        tls: { caFile: 'ca.pem', certFile: 'own.pem', keyFile: 'own-key.pem' },
      };
      const given = config({ prometheus, loki: prometheus, [name]: { url: 'https://x', ...access } });
      expect(resolvePaths(read(given), '/etc/drey').sources[name as 'loki']).toMatchObject({
        auth: {
          basic: { username: 'drey', passwordFile: '/etc/drey/secrets/password' },
          headers: { 'X-Scope-OrgID': 'payments' },
          headerFiles: { 'X-Api-Key': '/run/key' },
        },
        tls: {
          caFile: '/etc/drey/ca.pem',
          certFile: '/etc/drey/own.pem',
          keyFile: '/etc/drey/own-key.pem',
          insecureSkipVerify: false,
        },
      });
      const bearer = config({ prometheus: { ...prometheus, auth: { bearerFile: 'token' } } });
      expect(resolvePaths(read(bearer), '/etc/drey').sources.prometheus.auth?.bearerFile).toBe('/etc/drey/token');
    },
  );

  const basic = { username: 'drey', passwordFile: 'p' };
  it.each([
    [{ auth: { bearerFile: 't', basic } }, 'auth: at most one of bearerFile, basic / a mapping'],
    [
      { auth: { basic: { ...basic, username: 'a:b' } } },
      'auth.basic.username: a user name without ":" and control characters / "a:b"',
    ],
    [
      { auth: { basic: { ...basic, password: 'hunter2' } } },
      'auth.basic.password: one of username, passwordFile / unknown key "password"',
    ],
    [
      { auth: { headers: { authorization: 'Bearer x' } } },
      'auth.headers.authorization: bearerFile or basic in place of this header / "Bearer x"',
    ],
    [{ auth: { headers: { Host: 'x' } } }, 'auth.headers.Host: a header that the client does not write itself / "x"'],
    [
      { auth: { headerFiles: { 'Content-Length': 'x' } } },
      'auth.headerFiles.Content-Length: a header that the client does not write itself / "x"',
    ],
    [{ auth: { headers: { Cookie: 'x' } } }, 'auth.headers.Cookie: headerFiles for a header that holds a secret / "x"'],
    [{ auth: { headers: { 'a b': 'x' } } }, 'auth.headers.a b: a header such as X-Scope-OrgID / "x"'],
    [
      { auth: { headers: { a: 'x\r\nHost: y' } } },
      'auth.headers.a: text of 1 to 1024 visible characters / "x\\r\\nHost: y"',
    ],
    [{ auth: { headers: { A: '1', a: '2' } } }, 'auth.headers.a: headers with different names / "2"'],
    [
      { auth: { headers: { A: '1' }, headerFiles: { a: '2' } } },
      'auth.headerFiles.a: a header that headers does not have / "2"',
    ],
    [{ tls: { certFile: 'c' } }, 'tls: certFile and keyFile together / a mapping'],
    [{ url: 'http://loki:3100', tls: {} }, 'url: a URL with https, because of tls / "http://loki:3100"'],
    [
      { url: 'http://drey:hunter2@loki:3100' },
      'url: a URL without user name and password: they have their place in auth.basic / "http://***@loki:3100"',
    ],
    [{ url: 'ftp://drey:hunter2@loki' }, 'url: a URL such as http://127.0.0.1:3100 / "ftp://***@loki"'],
  ])('refuses %j', (over, issue) => {
    expect(issuesOf(loki(over))).toEqual([`sources.loki.${issue}`]);
    expect(issue).not.toContain('hunter2');
  });

  it('bounds the number of headers', () => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`X-${i}`, 'v']));
    expect(issuesOf(loki({ auth: { headers: many } }))).toEqual([
      'sources.loki.auth.headers: at most 16 entries / a mapping',
    ]);
  });
});
