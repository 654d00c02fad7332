import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { createHttpClient, type HttpClient, type HttpRequest } from './http.ts';
import { jsonOf } from './http-answer.ts';

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('http', () => {
  let server: Server;
  let handler: RequestListener;
  let seen = 0;
  let client: HttpClient;
  let base: string;

  beforeEach(async () => {
    seen = 0;
    server = createServer((request, response) => {
      seen += 1;
      handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = createHttpClient({ clock: systemClock, maxBytes: 10_000 });
  });
  afterEach(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });

  const ask = (over: Partial<HttpRequest> = {}): HttpRequest => ({
    method: 'GET',
    url: `${base}/x`,
    what: 'the test',
    deadlineMs: 2000,
    ...over,
  });

  it('answers any status and does not follow redirects', async () => {
    handler = (_, response) => response.writeHead(302, { location: '/other' }).end('{}');
    expect((await client.send(ask())).status).toBe(302);
    handler = (_, response) => response.writeHead(503).end('no');
    const answer = await client.send(ask());
    expect(() => jsonOf(answer, 'the test')).toThrow('the test: HTTP 503');
    expect(seen).toBe(2);
    expect(client.calls).toBe(2);
  });

  it('tells what a status means', async () => {
    const kinds: string[] = [];
    for (const status of [400, 403, 404, 409, 500]) {
      handler = (_, response) => response.writeHead(status).end('{"secret": 1}');
      const answer = await client.send(ask());
      try {
        jsonOf(answer, 'x');
      } catch (error) {
        kinds.push((error as { kind: string }).kind);
        expect(String(error)).not.toContain('secret');
      }
    }
    expect(kinds).toEqual(['refused', 'refused', 'notFound', 'conflict', 'status']);
  });

  it('sends forms and JSON', async () => {
    const bodies: string[] = [];
    handler = (request, response) =>
      void read(request).then((body) => {
        bodies.push(`${request.headers['content-type']} ${body}`);
        response.end('{"ok":true}');
      });
    const form = await client.send(ask({ method: 'POST', body: { form: { query: 'up{a="b&c"}' } } }));
    expect(jsonOf(form, 'x')).toEqual({ ok: true });
    await client.send(ask({ method: 'PUT', body: { json: { a: 1 } } }));
    expect(bodies).toEqual([
      'application/x-www-form-urlencoded query=up%7Ba%3D%22b%26c%22%7D',
      'application/json {"a":1}',
    ]);
  });

  it('streams a file as a multipart form', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'drey-http-'));
    const path = join(folder, 'job.jar');
    await writeFile(path, 'x'.repeat(300_000));
    let form = '';
    let length = '';
    handler = (request, response) => {
      length = request.headers['content-length'] ?? '';
      void read(request).then((body) => {
        form = body;
        response.end('{}');
      });
    };
    const file = { path, field: 'jarfile', fileName: 'job.jar', contentType: 'application/java-archive' };
    await client.send(ask({ method: 'POST', body: { file } }));
    expect(Number(length)).toBe(form.length);
    expect(form).toContain('name="jarfile"; filename="job.jar"');
    expect(form).toContain('x'.repeat(300_000));
    await rm(folder, { recursive: true });
  });

  it('stops at the size cap, after decompression too', async () => {
    handler = (_, response) => response.end('x'.repeat(20_000));
    await expect(client.send(ask())).rejects.toMatchObject({ kind: 'tooLarge' });
    handler = (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(20_000)));
    await expect(client.send(ask())).rejects.toMatchObject({ kind: 'tooLarge' });
  });

  it('ends at the deadline although the answer trickles', async () => {
    const timers: NodeJS.Timeout[] = [];
    handler = (_, response) => void timers.push(setInterval(() => response.write('x'), 20));
    await expect(client.send(ask({ deadlineMs: 150 }))).rejects.toMatchObject({ kind: 'timeout' });
    timers.forEach(clearInterval);
  });

  it('ends when the caller gives up', async () => {
    const caller = new AbortController();
    handler = () => caller.abort();
    await expect(client.send(ask({ signal: caller.signal }))).rejects.toMatchObject({ kind: 'timeout' });
    await expect(client.send(ask({ signal: caller.signal }))).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('repeats a read once after a reset, a write never', async () => {
    handler = (request, response) => (seen === 1 ? request.socket.resetAndDestroy() : response.end('{}'));
    expect((await client.send(ask())).status).toBe(200);
    expect(seen).toBe(2);
    handler = (request) => request.socket.resetAndDestroy();
    await expect(client.send(ask())).rejects.toMatchObject({ kind: 'unreachable' });
    expect(seen).toBe(4);
    await expect(client.send(ask({ method: 'POST' }))).rejects.toMatchObject({ kind: 'unreachable' });
    expect(seen).toBe(5);
  });

  it('keeps addresses and credentials out of messages', async () => {
    server.close();
    server.closeAllConnections();
    const error = await client.send(ask()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'unreachable', message: 'the test: ECONNREFUSED' });
  });

  it('asks for its common headers each time', async () => {
    const tokens: (string | undefined)[] = [];
    let token = 0;
    const own = createHttpClient({
      clock: systemClock,
      headers: () => Promise.resolve({ authorization: `Bearer ${++token}` }),
    });
    handler = (request, response) => {
      tokens.push(request.headers.authorization);
      response.end('{}');
    };
    const url = base.replace('user:secret@', '');
    await own.send(ask({ url }));
    await own.send(ask({ url }));
    own.close();
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2']);
  });
});
