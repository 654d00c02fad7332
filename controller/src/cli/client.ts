import type { Clock } from '../io/clock.ts';
import { SourceError } from '../io/errors.ts';
import { createHttpClient, type HttpAnswer } from '../io/http.ts';
import { DreyError } from '../resources/errors.ts';
import type { ExplainView, JobView, PoliciesView } from '../report/api-model.ts';

const DEADLINE_MS = 10_000;
const DEFAULT_SERVER = 'http://127.0.0.1:8480';

/** All watched jobs, and the policies over them. */
export interface Fleet {
  readonly now: number;
  readonly policies: PoliciesView;
  readonly jobs: readonly JobView[];
}

/** A running Drey, asked over its API. `now` is its clock. Every call throws a `DreyError` when there is no good answer. */
export interface Client {
  jobs(): Promise<Fleet>;
  explain(job: JobView): Promise<{ readonly now: number; readonly explain: ExplainView }>;
}

/** Where a running Drey is and how to be let in. `token`: bearer, undefined or empty = none. */
export interface ClientOptions {
  readonly server: string | undefined;
  readonly token: string | undefined;
  readonly clock: Clock;
}

/** Throws `DREY-USAGE` where `server` is no URL. No I/O. */
export function createClient({ server = DEFAULT_SERVER, token, clock }: ClientOptions): Client {
  const base = baseUrl(server);
  const http = createHttpClient({ clock });
  const headers = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
  async function get(path: string): Promise<object> {
    try {
      const url = `${base}${path}`;
      return readAnswer(
        await http.send({ method: 'GET', url, what: server, headers, deadlineMs: DEADLINE_MS }),
        server,
      );
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      throw new DreyError('DREY-SERVER-UNREACHABLE', error.message, { cause: error });
    } finally {
      http.close();
    }
  }
  return {
    jobs: async () => (await get('/api/v1/jobs')) as Fleet,
    explain: async (job) => (await get(`${jobPath(job)}/explain`)) as { now: number; explain: ExplainView },
  };
}

function jobPath({
  platform,
  namespace,
  kind,
  name,
}: Pick<JobView, 'platform' | 'namespace' | 'kind' | 'name'>): string {
  return `/api/v1/jobs/${[platform, namespace, kind, name].map(encodeURIComponent).join('/')}`;
}

function baseUrl(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url !== undefined && ['http:', 'https:'].includes(url.protocol)) return server.replace(/\/+$/, '');
  throw new DreyError('DREY-USAGE', `the server ${JSON.stringify(server)} is no URL`, {
    hint: `name it as ${DEFAULT_SERVER}`,
  });
}

function readAnswer({ status, body }: HttpAnswer, server: string): object {
  const content = parse(body);
  if (status === 200 && content !== undefined && 'now' in content) return content;
  const message = messageOf(content);
  if (status === 401 || status === 403)
    throw new DreyError('DREY-SERVER-REFUSED', `${server}: ${message ?? 'refused'}`);
  if (status === 404 && message !== undefined) throw new DreyError('DREY-JOB-UNKNOWN', message);
  throw new DreyError(
    'DREY-SERVER-ANSWER',
    `${server} answered ${status}${message === undefined ? '' : `: ${message}`}`,
  );
}

function parse(body: Buffer): object | undefined {
  try {
    const content: unknown = JSON.parse(body.toString('utf8'));
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(content: object | undefined): string | undefined {
  const error = content !== undefined && 'error' in content ? content.error : undefined;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' ? message : undefined;
}
