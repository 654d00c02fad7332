import { z } from 'zod';
import { duration, map, text } from '../scalars.ts';

const path = () => text(4096);

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;
/** Headers that the client itself writes, or that belong to one connection. */
const OWN = [
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];
/** Headers that carry secrets: from files only. */
const SECRET = ['cookie', 'proxy-authorization'];

const HEADER_VALUE = 'text of 1 to 1024 visible characters';

/** Header → what is sent with it; names differ in more than case. */
function headers<T extends z.ZodType>(value: T, refused: readonly string[]) {
  return map(value, 16).superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const name of Object.keys(entries as object)) {
      const message = headerProblem(name, refused, seen);
      if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
      seen.add(name.toLowerCase());
    }
  });
}

function headerProblem(name: string, refused: readonly string[], seen: ReadonlySet<string>): string | null {
  const lower = name.toLowerCase();
  if (!TOKEN.test(name)) return 'a header such as X-Scope-OrgID';
  if (lower === 'authorization') return 'bearerFile or basic in place of this header';
  if (SECRET.includes(lower) && refused.includes(lower)) return 'headerFiles for a header that holds a secret';
  if (refused.includes(lower)) return 'a header that the client does not write itself';
  return seen.has(lower) ? 'headers with different names' : null;
}

const auth = z
  .strictObject({
    bearerFile: path().optional().describe('Holds the token that is sent as `Authorization: Bearer …`.'),
    basic: z
      .strictObject({
        username: z
          .string()
          // A colon would end the name: RFC 7617, section 2.
          .regex(/^[^:\p{Cc}]{1,256}$/u, { error: 'a user name without ":" and control characters' })
          .describe('User name.'),
        passwordFile: path().describe('Holds the password.'),
      })
      .optional()
      .describe('User name and password.'),
    headers: headers(z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,1022}[\x21-\x7e])?$/, { error: HEADER_VALUE }), [
      ...OWN,
      ...SECRET,
    ])
      .prefault({})
      .describe('Headers of every request, for example `X-Scope-OrgID: payments`.'),
    headerFiles: headers(path(), OWN)
      .prefault({})
      .describe('The same with values from files, for those that are secret.'),
  })
  .superRefine((given, context) => {
    if (given.bearerFile !== undefined && given.basic !== undefined) {
      context.addIssue({ code: 'custom', path: [], message: 'at most one of bearerFile, basic' });
    }
    const plain = new Set(Object.keys(given.headers).map((name) => name.toLowerCase()));
    for (const name of Object.keys(given.headerFiles)) {
      if (!plain.has(name.toLowerCase())) continue;
      context.addIssue({ code: 'custom', path: ['headerFiles', name], message: 'a header that headers does not have' });
    }
  });

const tls = z
  .strictObject({
    caFile: path()
      .optional()
      .describe('Certificates (PEM) that the server is trusted by, in place of the public ones.'),
    certFile: path().optional().describe('Own certificate (PEM), shown to the server; with keyFile.'),
    keyFile: path().optional().describe('Its private key (PEM, without password).'),
    insecureSkipVerify: z.boolean().prefault(false).describe('Takes any certificate of the server: for tests alone.'),
  })
  .superRefine((given, context) => {
    if ((given.certFile === undefined) === (given.keyFile === undefined)) return;
    context.addIssue({ code: 'custom', path: [], message: 'certFile and keyFile together' });
  });

function labelKey() {
  return z
    .string()
    .max(128)
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, { error: 'a label name such as namespace' });
}

const labels = z.strictObject({
  namespace: labelKey().prefault('namespace').describe('Holds the namespace.'),
  pod: labelKey().prefault('pod').describe('Holds the pod.'),
  job: labelKey().prefault('job_name').describe("Holds the job's name."),
});

/** What a source that is asked over HTTP has; `name` and `example` are for people. */
function source(name: string, example: string, carries: string) {
  return {
    url: z
      .url({ protocol: /^https?$/, abort: true, error: `a URL such as ${example}` })
      .max(2048)
      .refine((url) => !hasUser(url), {
        error: 'a URL without user name and password: they have their place in auth.basic',
      })
      .describe(`Base URL of ${name}.`),
    deadline: duration('100ms', '1m').prefault('5s').describe('An answer that takes longer is an error.'),
    labels: labels.prefault({}).describe(`Names of the labels that every ${carries} carries.`),
    auth: auth.optional().describe('What is sent so that it lets Drey in. Files are read again with every request.'),
    tls: tls.optional().describe('For https. Files are read again with every request.'),
  };
}

function hasUser(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}

function tlsNeedsHttps(
  given: { readonly url: string; readonly tls?: unknown },
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  if (given.tls === undefined || given.url.toLowerCase().startsWith('https:')) return;
  context.addIssue({ code: 'custom', path: ['url'], message: 'a URL with https, because of tls' });
}

/** `sources.prometheus` */
export const prometheusSource = z
  .strictObject({
    ...source('Prometheus', 'http://127.0.0.1:9090', 'series'),
    scrapeInterval: duration('1s', '10m')
      .prefault('15s')
      .describe("Scrape interval of the jobs' series: what is older than twice this and a tick is stale."),
  })
  .superRefine(tlsNeedsHttps);

/** `sources.loki` */
export const lokiSource = z.strictObject(source('Loki', 'http://127.0.0.1:3100', 'stream')).superRefine(tlsNeedsHttps);

/** Settings of a source that passed their schema. */
export type SourceConfig = z.output<typeof lokiSource>;
