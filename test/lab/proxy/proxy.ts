import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { agedBy, type Answer, asksForAge, mapSamples, withoutSeries } from './answer.ts';
import { type Fault, readFault } from './fault.ts';
import { hidePods } from './hide-pods.ts';
import { type Asked, hostileSeries, manySeries } from './made-up.ts';

/** The path on which a fault is read (GET) and set (PUT). */
const faultPath = '/-/fault';

/** Prometheus' own, and Loki's below `/loki`. */
const queryPath = /^(?:\/loki)?\/api\/v1\/query(?:_range)?$/;

/** A proxy in front of a Prometheus or a Loki that makes source faults. */
export interface FaultProxy {
  /** Base URL of the proxy. */
  readonly url: string;
  readonly fault: Fault;
  /** Queries seen so far, instant and range. */
  readonly queries: number;
  set(fault: Fault): void;
  close(): Promise<void>;
}

/** Starts the proxy on loopback (port 0 = a free one) in front of `target`, a base URL. */
export async function startProxy(options: { target: string; port?: number }): Promise<FaultProxy> {
  const state = new State(new URL(options.target));
  const server = createServer((request, response) => {
    state.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get fault() {
      return state.fault;
    },
    get queries() {
      return state.queries;
    },
    set: (fault) => state.set(fault),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

class State {
  fault: Fault = { mode: 'pass' };
  queries = 0;
  readonly #target: URL;
  #since = 0;

  constructor(target: URL) {
    this.#target = target;
  }

  set(fault: Fault): void {
    this.fault = fault;
    this.#since = Date.now();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const url = new URL(request.url ?? '/', this.#target);
    if (url.pathname === faultPath) return this.#control(request.method, body, response);
    const isQuery = queryPath.test(url.pathname);
    if (isQuery) this.queries += 1;
    // One request sees one fault, also when it is changed meanwhile.
    const fault = this.fault;
    if (fault.mode === 'reset') return void request.socket.resetAndDestroy();
    if (fault.mode === 'error')
      return send(response, 503, { status: 'error', errorType: 'unavailable', error: 'fault' });
    if (fault.mode === 'slow') await sleep(fault.ms);
    try {
      const reply = isQuery ? await this.#query(request, body, fault) : await this.#forward(request, url, body);
      const type = reply.headers['content-type'] ?? 'application/json';
      response.writeHead(reply.status, { 'content-type': type, 'content-length': reply.body.length });
      if (fault.mode !== 'cut') return void response.end(reply.body);
      const half = reply.body.subarray(0, Math.floor(reply.body.length / 2));
      response.write(half, () => request.socket.destroy());
    } catch (error) {
      send(response, 502, { status: 'error', errorType: 'bad_gateway', error: String(error) });
    }
  }

  #control(method: string | undefined, body: Buffer, response: ServerResponse): void {
    try {
      if (method === 'PUT') this.set(readFault(body.toString('utf8')));
    } catch (error) {
      return send(response, 400, { error: String(error) });
    }
    send(response, 200, this.fault);
  }

  #forward(request: IncomingMessage, url: URL, body: Buffer): Promise<Reply> {
    return exchange(url, { method: request.method ?? 'GET', headers: forwarded(request, url) }, body);
  }

  async #query(asking: IncomingMessage, body: Buffer, fault: Fault): Promise<Reply> {
    const url = new URL(asking.url ?? '/', this.#target);
    const fields = new URLSearchParams(url.search);
    for (const [name, value] of new URLSearchParams(body.toString('utf8'))) fields.set(name, value);
    const query = fields.get('query') ?? '';
    const madeUp = makeUp(fault, whatIsAsked(url.pathname, query));
    if (madeUp !== undefined) return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(madeUp)) };
    if (fault.mode === 'partial') fields.set('query', hidePods(query, fault.pods));
    if (fault.mode === 'stale') this.#askForThen(url.pathname, fields);
    const form = Buffer.from(fields.toString());
    const headers = {
      ...forwarded(asking, url),
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': form.length,
    };
    const reply = await exchange(new URL(url.pathname, url), { method: 'POST', headers }, form);
    if (reply.status !== 200) return reply;
    const answer = this.#change(JSON.parse(reply.body.toString('utf8')) as Answer, query, fault);
    return { ...reply, body: Buffer.from(JSON.stringify(answer)) };
  }

  /** A query is evaluated at the instant when the fault began; a range ends there. */
  #askForThen(path: string, fields: URLSearchParams): void {
    const then = this.#since / 1000;
    const [start, end] = [secondsOf(fields.get('start')), secondsOf(fields.get('end'))];
    if (path.endsWith('/query')) fields.set('time', String(then));
    else if (end > then) fields.set('end', String(Math.max(then, start)));
  }

  #change(answer: Answer, query: string, fault: Fault): Answer {
    switch (fault.mode) {
      case 'absent':
        return withoutSeries(answer);
      case 'nan':
        return mapSamples(answer, ([at]) => [at, 'NaN']);
      case 'zero':
        return asksForAge(query) ? answer : mapSamples(answer, ([at]) => [at, '0']);
      case 'stale':
        return answer.data?.resultType === 'matrix' ? answer : agedBy(answer, (Date.now() - this.#since) / 1000, query);
      default:
        return answer;
    }
  }
}

/** Epoch seconds of a query's field: Loki also takes nanoseconds. */
function secondsOf(field: string | null): number {
  const value = Number(field);
  return value > 1e12 ? value / 1e9 : value;
}

function whatIsAsked(path: string, query: string): Asked {
  const isLog = path.startsWith('/loki/') && query.trimStart().startsWith('{');
  return { isRange: path.endsWith('_range'), isLog, at: Date.now() / 1000 };
}

/** The answer of a fault that asks nobody; undefined for the others. */
function makeUp(fault: Fault, asked: Asked): Answer | undefined {
  if (fault.mode === 'many-series') return manySeries(fault.series ?? 5000, fault.labels ?? {}, asked);
  return fault.mode === 'hostile' ? hostileSeries(fault.labels ?? {}, asked) : undefined;
}

/** The asker's headers (who it is, its tenant), apart from those of its connection. */
function forwarded(request: IncomingMessage, url: URL): IncomingHttpHeaders {
  const { 'accept-encoding': _, connection: __, 'transfer-encoding': ___, ...headers } = request.headers;
  return { ...headers, host: url.host };
}

function exchange(url: URL, init: { method: string; headers: object }, body: Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: init.method, headers: { ...init.headers } }, (response) => {
      read(response).then(
        (bytes) => resolve({ status: response.statusCode ?? 502, headers: response.headers, body: bytes }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
