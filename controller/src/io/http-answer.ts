import { SourceError } from './errors.ts';
import type { HttpAnswer } from './http.ts';

/** The parsed JSON of a 2xx answer. Throws `SourceError` by status, `badAnswer` where it is no JSON. */
export function jsonOf(answer: HttpAnswer, what: string): unknown {
  expectSuccess(answer, what);
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    throw new SourceError('badAnswer', `${what}: the answer is no JSON`, answer.status);
  }
}

/** Throws the `SourceError` of a status outside 200–299. */
export function expectSuccess(answer: HttpAnswer, what: string): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  throw new SourceError(kindOf(status), `${what}: HTTP ${status}`, status);
}

function kindOf(status: number): SourceError['kind'] {
  if (status === 404) return 'notFound';
  if (status === 409) return 'conflict';
  return [400, 401, 403, 405, 422].includes(status) ? 'refused' : 'status';
}
