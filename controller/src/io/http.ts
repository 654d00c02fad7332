import axios, { type AxiosInstance, type AxiosRequestConfig, isAxiosError } from 'axios';
import { AgentPool } from './agents.ts';
import type { Clock } from './clock.ts';
import { withDeadline } from './deadline.ts';
import { codeOf, SourceError } from './errors.ts';
import { type FilePart, multipartBody } from './multipart.ts';
import type { TlsMaterial } from './tls-files.ts';

/** 32 MiB: what an answer may hold where the settings say nothing else. */
const DEFAULT_MAX_BYTES = 32 * 1024 * 1024;

type Headers = Readonly<Record<string, string>>;

type HttpBody =
  | { readonly json: unknown }
  | { readonly form: Readonly<Record<string, string>> }
  | { readonly file: FilePart };

/** One call. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** What is asked, for messages: "Flink's /jobs/overview". No secrets. */
  readonly what: string;
  readonly headers?: Headers;
  readonly body?: HttpBody;
  /** For the whole call, connection and body included. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Reads only, so it may be sent again when the connection breaks. Default: true for GET, else false. */
  readonly repeatable?: boolean;
}

/** Any status, errors included. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** The one way out over HTTP. */
export interface HttpClient {
  /** Any status is an answer. Throws `SourceError` (`timeout`, `unreachable`, `tooLarge`, `credentials`) when there is none. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Calls sent so far, repeats included. */
  readonly calls: number;
  /** Closes idle connections. */
  close(): void;
}

/** What all calls of a client share. */
export interface HttpSettings {
  readonly clock: Clock;
  /** Largest answer after decompression, bytes. */
  readonly maxBytes?: number;
  /** Headers of every call, asked each time: a token file may have been renewed. */
  readonly headers?: () => Promise<Headers>;
  /** Certificates, asked each time as well; changed ones lead to new connections. */
  readonly tls?: () => Promise<TlsMaterial>;
}

/** A client with connections of its own. No I/O until the first call. */
export function createHttpClient(settings: HttpSettings): HttpClient {
  const agents = new AgentPool();
  const instance = axios.create({
    proxy: false,
    maxRedirects: 0,
    maxContentLength: settings.maxBytes ?? DEFAULT_MAX_BYTES,
    maxBodyLength: Number.POSITIVE_INFINITY,
    validateStatus: () => true,
    responseType: 'arraybuffer',
    transformRequest: [],
    transformResponse: [],
  });
  let calls = 0;

  async function once(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const asked = Promise.all([settings.headers?.() ?? {}, settings.tls?.() ?? {}]);
    const [common, tls] = await unlessAborted(asked, signal);
    const config = await axiosRequest(request, common);
    const { release, ...lease } = agents.lease(tls, isRepeatable(request));
    calls += 1;
    try {
      return await exchange(instance, { ...config, ...lease, signal });
    } finally {
      release();
    }
  }

  return {
    get calls() {
      return calls;
    },
    close: () => agents.close(),
    send: (request) =>
      withDeadline(
        { clock: settings.clock, ms: request.deadlineMs, signal: request.signal },
        async (signal, passed) => {
          const fail = (error: unknown): SourceError => toSourceError(error, request, passed());
          try {
            return await once(request, signal);
          } catch (error) {
            if (signal.aborted || !isRepeatable(request) || !isReset(error)) throw fail(error);
          }
          return once(request, signal).catch((error: unknown) => {
            throw fail(error);
          });
        },
      ),
  };
}

async function axiosRequest(request: HttpRequest, common: Headers): Promise<AxiosRequestConfig> {
  const { data, headers } = await encode(request.body);
  return {
    method: request.method,
    url: request.url,
    data,
    headers: { accept: 'application/json', ...common, ...headers, ...request.headers },
  };
}

async function encode(body: HttpBody | undefined): Promise<{ data?: unknown; headers: Headers }> {
  if (body === undefined) return { headers: {} };
  if ('json' in body) return { data: JSON.stringify(body.json), headers: { 'content-type': 'application/json' } };
  if ('form' in body) {
    const data = new URLSearchParams(body.form).toString();
    return { data, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
  }
  const { stream, headers } = await multipartBody(body.file);
  return { data: stream, headers };
}

/** The same, given up when the signal aborts: a file system may hang, too. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const given = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(Object.assign(new Error('given up'), { code: 'ERR_CANCELED' }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { signal: given.signal });
  });
  return Promise.race([promise, aborted]).finally(() => given.abort());
}

async function exchange(instance: AxiosInstance, config: AxiosRequestConfig): Promise<HttpAnswer> {
  const { status, data } = await instance.request<Buffer>(config);
  return { status, body: data };
}

function isRepeatable(request: HttpRequest): boolean {
  return request.repeatable ?? request.method === 'GET';
}

function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '');
}

function toSourceError(error: unknown, request: HttpRequest, deadlinePassed: boolean): SourceError {
  if (deadlinePassed) return new SourceError('timeout', `${request.what}: no answer within ${request.deadlineMs} ms`);
  if (codeOf(error) === 'ERR_CANCELED') return new SourceError('timeout', `${request.what}: given up by the caller`);
  if (error instanceof SourceError) return new SourceError(error.kind, `${request.what}: ${error.message}`);
  if (isAxiosError(error) && error.message.includes('maxContentLength')) {
    return new SourceError('tooLarge', `${request.what}: the answer is larger than the cap`);
  }
  // The code alone: messages of lower layers may hold the URL with its user name and password.
  return new SourceError('unreachable', `${request.what}: ${reasonOf(codeOf(error) ?? 'unknown error')}`);
}

const UNTRUSTED = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(VERIFY|GET)_|CERT_|ERR_TLS_CERT_ALTNAME_)/;
const REFUSED = /^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED)/;

function reasonOf(code: string): string {
  if (UNTRUSTED.test(code)) return `its certificate is not trusted: ${code}`;
  return REFUSED.test(code) ? `it refused the own certificate, or wants one: ${code}` : code;
}
