import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../io/clock.ts';
import { lokiSource, type SourceConfig } from '../resources/config/source.ts';
import { loki } from '../sources/loki/client.ts';
import { type Authority, createAuthority } from '../testing/certificates.ts';
import { type SourceClient, sourceClient } from './source-client.ts';

const EMPTY = '{"status":"success","data":{"resultType":"vector","result":[]}}';
const { signal } = new AbortController();

let folder: string;
let server: Server | null;
let handler: RequestListener;
let seen: IncomingMessage['headers'][];
let clients: SourceClient[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-source-client-'));
  server = null;
  seen = [];
  clients = [];
  handler = (_, response) => void response.end(EMPTY);
});
afterEach(async () => {
  for (const client of clients) client.http.close();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true });
});

const listener: RequestListener = (request, response) => {
  seen.push(request.headers);
  handler(request, response);
};

async function listen(one: Server): Promise<string> {
  server = one;
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(one.address() as AddressInfo).port}`;
}

const file = (name: string): string => join(folder, name);

async function write(name: string, text: string): Promise<void> {
  await writeFile(file(name), text);
}

/** Asks once; `ok` or the error as people see it. */
type Ask = () => Promise<string>;

function asking(settings: object): Ask {
  const config: SourceConfig = lokiSource.parse(settings);
  const client = sourceClient(config, systemClock);
  clients.push(client);
  const source = loki(client);
  return async () => {
    const { q } = await source.instant({ q: 'x' }, signal);
    return q?.ok === true ? 'ok' : `${q?.error.kind}: ${q?.error.message}`;
  };
}

describe('credentials', () => {
  it('sends a token and headers, and reads a renewed file with the next request', async () => {
    const url = `http://${await listen(createServer(listener))}`;
    await write('token', 'first\n');
    await write('key', 'k1');
    const ask = asking({
      url,
      auth: {
        bearerFile: file('token'),
        headers: { 'X-Scope-OrgID': 'payments|ops' },
        headerFiles: { 'X-Api-Key': file('key') },
      },
    });
    expect(await ask()).toBe('ok');
    await write('token', 'other\r\n');
    await write('key', 'k2');
    expect(await ask()).toBe('ok');
    const sent = seen.map((it) => [it.authorization, it['x-scope-orgid'], it['x-api-key']]);
    expect(sent).toEqual([
      ['Bearer first', 'payments|ops', 'k1'],
      ['Bearer other', 'payments|ops', 'k2'],
    ]);
  });

  it('follows a folder that is exchanged as Kubernetes does it', async () => {
    const url = `http://${await listen(createServer(listener))}`;
    for (const version of ['v1', 'v2']) {
      await mkdir(file(version));
      await write(`${version}/token`, version);
    }
    await symlink('v1', file('data'));
    await symlink('data/token', file('token'));
    const ask = asking({ url, auth: { bearerFile: file('token') } });
    expect(await ask()).toBe('ok');
    await symlink('v2', file('next'));
    await rename(file('next'), file('data'));
    expect(await ask()).toBe('ok');
    expect(seen.map((it) => it.authorization)).toEqual(['Bearer v1', 'Bearer v2']);
  });

  it('sends user name and password in UTF-8', async () => {
    const url = `http://${await listen(createServer(listener))}`;
    await write('password', 'pässword with : and space\n');
    const ask = asking({ url, auth: { basic: { username: 'drey', passwordFile: file('password') } } });
    expect(await ask()).toBe('ok');
    const sent = seen[0]?.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(sent, 'base64').toString('utf8')).toBe('drey:pässword with : and space');
  });

  it('asks nothing while a file can not be used, says why, and recovers by itself', async () => {
    const url = `http://${await listen(createServer(listener))}`;
    const ask = asking({ url, auth: { bearerFile: file('token') } });
    const problems: string[] = [];
    const note = async (): Promise<void> => void problems.push(await ask());
    await note();
    await write('token', '\n');
    await note();
    await write('token', 'one two');
    await note();
    await write('token', `x${'y'.repeat(300_000)}`);
    await note();
    await rm(file('token'));
    await mkdir(file('token'));
    await note();
    expect(seen).toEqual([]);
    await rm(file('token'), { recursive: true });
    await write('token', 'good');
    await note();
    const refused = 'credentials: Loki query q: auth.bearerFile:';
    expect(problems).toEqual([
      `${refused} no such file`,
      `${refused} is empty`,
      `${refused} holds more than one token`,
      `${refused} is too large`,
      `${refused} is no file`,
      'ok',
    ]);
    expect(seen.map((it) => it.authorization)).toEqual(['Bearer good']);
    await rm(file('token'));
    expect(await ask()).toBe(`${refused} no such file`);
    expect(seen).toHaveLength(1);
  });

  it('carries nothing to where an answer points', async () => {
    const elsewhere: IncomingMessage[] = [];
    const other = createServer((request, response) => {
      elsewhere.push(request);
      response.end(EMPTY);
    });
    const otherUrl = `http://${await listen(other)}`;
    const url = `http://${await listen(createServer(listener))}`;
    await write('token', 'good');
    const ask = asking({ url, auth: { bearerFile: file('token') } });
    for (const status of [301, 302, 307, 308]) {
      handler = (_, response) => void response.writeHead(status, { location: `${otherUrl}/x` }).end();
      expect(await ask()).toBe(
        `status: Loki query q: HTTP ${status}: it points to another address, which is not asked`,
      );
    }
    other.close();
    expect(elsewhere).toEqual([]);
    expect(seen).toHaveLength(4);
  });

  it('says which setting was refused', async () => {
    const url = `http://${await listen(createServer(listener))}`;
    handler = (_, response) => void response.writeHead(401).end();
    await write('secret', 'x');
    const basic = { username: 'drey', passwordFile: file('secret') };
    expect(await asking({ url, auth: { basic } })()).toBe(
      'refused: Loki query q: HTTP 401: it refused the credentials of auth.basic',
    );
    expect(await asking({ url })()).toBe('refused: Loki query q: HTTP 401: it wants credentials, see auth');
  });
});

describe('certificates', () => {
  let authority: Authority;
  let peers: unknown[];
  beforeEach(() => {
    authority = createAuthority('lab');
    peers = [];
    handler = (request, response) => {
      peers.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
      response.end(EMPTY);
    };
  });

  const serve = (own: Authority, clientsOf?: Authority): Promise<string> => {
    const mutual = clientsOf && { requestCert: true, rejectUnauthorized: true, ca: clientsOf.cert };
    return listen(createTlsServer({ ...own.issue('server'), ...mutual }, listener));
  };

  async function writeIdentity(own: Authority, name: string): Promise<void> {
    const { cert, key } = own.issue(name);
    await write('cert.pem', cert);
    await write('key.pem', key);
  }

  it('trusts a server by caFile alone, and says when it does not', async () => {
    const url = `https://${await serve(authority)}`;
    await write('ca.pem', createAuthority('other').cert);
    const ask = asking({ url, tls: { caFile: file('ca.pem') } });
    const untrusted = 'unreachable: Loki query q: its certificate is not trusted: UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    expect(await ask()).toBe(untrusted);
    expect(await asking({ url })()).toBe(untrusted);
    expect(await asking({ url, tls: { insecureSkipVerify: true } })()).toBe('ok');
    await write('ca.pem', authority.cert);
    expect(await ask()).toBe('ok');
    // Nothing is left of the trust before.
    await write('ca.pem', createAuthority('other').cert);
    expect(await ask()).toBe(untrusted);
  });

  it('shows its certificate, a renewed one with the next request, and closes connections that were made before', async () => {
    const url = `https://${await serve(authority, authority)}`;
    await write('ca.pem', authority.cert);
    await writeIdentity(authority, 'drey-1');
    const own = { certFile: file('cert.pem'), keyFile: file('key.pem') };
    const ask = asking({ url, tls: { caFile: file('ca.pem'), ...own } });
    expect([await ask(), await ask()]).toEqual(['ok', 'ok']);
    const closed = new Promise<void>((resolve) => {
      handler = (request, response) => {
        request.socket.once('close', () => resolve());
        response.end(EMPTY);
      };
    });
    expect(await ask()).toBe('ok');
    handler = (request, response) => {
      peers.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
      response.end(EMPTY);
    };
    await writeIdentity(authority, 'drey-2');
    expect(await ask()).toBe('ok');
    await closed;
    expect(peers).toEqual(['drey-1', 'drey-1', 'drey-2']);
  });

  it('lets a call end that is under way while certificates change', async () => {
    const url = `https://${await serve(authority, authority)}`;
    await write('ca.pem', authority.cert);
    await writeIdentity(authority, 'drey-1');
    const own = { certFile: file('cert.pem'), keyFile: file('key.pem') };
    const ask = asking({ url, tls: { caFile: file('ca.pem'), ...own } });
    let answerFirst = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      handler = (_, response) => {
        answerFirst = () => void response.end(EMPTY);
        resolve();
      };
    });
    const first = ask();
    await arrived;
    handler = (_, response) => void response.end(EMPTY);
    await writeIdentity(authority, 'drey-2');
    expect(await ask()).toBe('ok');
    answerFirst();
    expect(await first).toBe('ok');
    expect(seen).toHaveLength(2);
  });

  it('says that a server refuses its certificate', async () => {
    const url = `https://${await serve(authority, authority)}`;
    await write('ca.pem', authority.cert);
    expect(await asking({ url, tls: { caFile: file('ca.pem') } })()).toMatch(/^unreachable: Loki query q: /);
    await writeIdentity(createAuthority('other'), 'drey');
    const own = { certFile: file('cert.pem'), keyFile: file('key.pem') };
    expect(await asking({ url, tls: { caFile: file('ca.pem'), ...own } })()).toMatch(/^unreachable: Loki query q: /);
    expect(seen).toEqual([]);
  });

  it('says which file is wrong, and asks nothing', async () => {
    const url = `https://${await serve(authority)}`;
    const tls = { caFile: file('ca.pem'), certFile: file('cert.pem'), keyFile: file('key.pem') };
    const ask = asking({ url, tls });
    await write('ca.pem', authority.cert);
    await writeIdentity(authority, 'drey');
    expect(await ask()).toBe('ok');
    await write('ca.pem', 'x');
    expect(await ask()).toBe('credentials: Loki query q: tls.caFile: holds no certificate');
    await write('ca.pem', authority.cert);
    await write('key.pem', authority.issue('other').key);
    expect(await ask()).toBe(
      'credentials: Loki query q: tls.keyFile: holds no private key, or not that of tls.certFile',
    );
    await write('cert.pem', 'x');
    expect(await ask()).toBe('credentials: Loki query q: tls.certFile: holds no certificate');
    await rm(file('key.pem'));
    expect(await ask()).toBe('credentials: Loki query q: tls.keyFile: no such file');
    await writeIdentity(authority, 'drey');
    expect(await ask()).toBe('ok');
    expect(seen).toHaveLength(2);
  });
});
