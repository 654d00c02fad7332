import { SourceError } from '../io/errors.ts';
import type { HttpAnswer } from '../io/http.ts';
import type { QueryAnswer } from './contract.ts';

/** Asks all queries at once; `one` throws where one has no answer. */
export async function askAll(
  queries: Readonly<Record<string, string>>,
  one: (name: string, query: string) => Promise<QueryAnswer>,
): Promise<Readonly<Record<string, QueryAnswer>>> {
  const asked = Object.entries(queries).map(async ([name, query]) => {
    try {
      return [name, await one(name, query)] as const;
    } catch (error) {
      return [name, { ok: false, error: asSourceError(error, name) }] as const;
    }
  });
  return Object.fromEntries(await Promise.all(asked));
}

/** What a source answers of an error; one that nobody foresaw is `badAnswer`. */
export function asSourceError(error: unknown, what: string): SourceError {
  return error instanceof SourceError ? error : new SourceError('badAnswer', what);
}

/**
 * Throws where the answer says that Drey may not ask, or that another address should be asked.
 * `credentials` is the setting with what was shown, null for none.
 */
export function expectAccess({ status }: HttpAnswer, what: string, credentials: string | null): void {
  const shown =
    credentials === null ? 'it wants credentials, see auth' : `it refused the credentials of ${credentials}`;
  if (status === 401 || status === 403) throw new SourceError('refused', `${what}: HTTP ${status}: ${shown}`, status);
  if (status < 300 || status > 399) return;
  throw new SourceError('status', `${what}: HTTP ${status}: it points to another address, which is not asked`, status);
}
