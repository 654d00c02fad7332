/**
 * A component outside gave no usable answer. `kind` says why:
 * `timeout` past its deadline, `unreachable` no connection or one that broke, `status` an answer that is no success,
 * `tooLarge` over the size cap, `badAnswer` not what the format promises, `notFound` 404, `conflict` 409,
 * `refused` 400, 401, 403, 405 or 422: asking again the same way can't help,
 * `incomplete` an answer that says itself that something is missing in it,
 * `credentials` a file of its own with a token, password or certificate can't be used: nothing was asked.
 * The message is for people and never holds credentials, headers or bodies.
 */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly kind:
    | 'timeout'
    | 'unreachable'
    | 'status'
    | 'tooLarge'
    | 'badAnswer'
    | 'notFound'
    | 'conflict'
    | 'refused'
    | 'incomplete'
    | 'credentials';
  /** HTTP status where there was an answer. */
  readonly status: number | null;
  constructor(kind: SourceError['kind'], message: string, status: number | null = null) {
    super(message);
    this.kind = kind;
    this.status = status;
  }
}

/** `ENOENT` and the like; undefined when the error has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
