import { authHeaders, shownCredentials } from '../io/auth-headers.ts';
import type { Clock } from '../io/clock.ts';
import { createHttpClient, type HttpClient } from '../io/http.ts';
import { readTlsFiles } from '../io/tls-files.ts';
import type { SourceConfig } from '../resources/config/source.ts';

/** A source's own client and what it is asked with. */
export interface SourceClient {
  readonly http: HttpClient;
  readonly url: string;
  readonly deadlineMs: number;
  readonly credentials: string | null;
}

/** A client of its own for each source: what one is shown never reaches another. */
export function sourceClient({ url, deadline, auth, tls }: SourceConfig, clock: Clock): SourceClient {
  const http = createHttpClient({
    clock,
    ...(auth === undefined ? {} : { headers: () => authHeaders(auth) }),
    ...(tls === undefined ? {} : { tls: () => readTlsFiles(tls) }),
  });
  return { http, url, deadlineMs: deadline, credentials: shownCredentials(auth) };
}
