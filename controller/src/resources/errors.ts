import catalogue from '../../../catalogue/errors.json' with { type: 'json' };

/** A code of catalogue/errors.json; codes do not change. */
export type ErrorCode = keyof typeof catalogue;

/** What a code stands for; `exit` is the command's exit code. */
export interface ErrorRow {
  readonly exit: number;
  readonly meaning: string;
  readonly hint: string;
}

/** All codes: the one table, also of docs/reference/errors.md. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = catalogue;

/** An error that a person can do something about. The message holds no secrets. */
export class DreyError extends Error {
  override readonly name = 'DreyError';
  readonly code: ErrorCode;
  readonly hint: string;
  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERRORS[code].hint;
  }
}

/** One line: `DREY-…: message; hint: …`. An error without a code is a defect. */
export function formatError(error: unknown): string {
  const { code, message, hint } = asDreyError(error);
  return `${code}: ${message.replace(/\s*\n\s*/g, ' ')}; hint: ${hint}`;
}

/** The exit code of the command that an error ends. */
export function exitCodeOf(error: unknown): number {
  return ERRORS[asDreyError(error).code].exit;
}

/** Parts below the command line may mark an error by its `code` alone. */
export function asDreyError(error: unknown): DreyError {
  if (error instanceof DreyError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new DreyError(isErrorCode(code) ? code : 'DREY-INTERNAL', message, { cause: error });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(catalogue, code);
}
