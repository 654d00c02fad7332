import { type DestinationStream, destination, pino } from 'pino';
import type { Clock } from './clock.ts';

/** From most to least said. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** What varies from line to line. `error` is written as name and message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes a fixed sentence and, apart from it, everything that varies: lines can then be counted by their message. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields in every line. */
  child(fields: LogFields): Log;
}

/** Where lines go and from which level on (default `info`). */
export interface LogOptions {
  readonly clock: Clock;
  readonly level?: LogLevel;
  /** Default: standard error, written at once, so that nothing is lost when the process ends. */
  readonly stream?: DestinationStream;
}

/** Names of fields that are never written, at the top and one level below. */
const SECRET = ['authorization', 'token', 'password', 'secret', 'cookie', 'headers'];

/** JSON lines: `time` (ISO), `level`, `msg`, fields. */
export function createLog(options: LogOptions): Log {
  const stream = options.stream ?? destination({ dest: 2, sync: true });
  return wrap(
    pino(
      {
        level: options.level ?? 'info',
        base: null,
        timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
        formatters: { level: (level) => ({ level }) },
        redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '***' },
        serializers: { error: describeError },
      },
      stream,
    ),
  );
}

type Pino = ReturnType<typeof pino>;

function wrap(inner: Pino): Log {
  return {
    debug: (message, fields = {}) => inner.debug(fields, message),
    info: (message, fields = {}) => inner.info(fields, message),
    warn: (message, fields = {}) => inner.warn(fields, message),
    error: (message, fields = {}) => inner.error(fields, message),
    child: (fields) => wrap(inner.child(fields)),
  };
}

/** Name and message; a stack only where nobody foresaw the error. Never its other fields: they may hold credentials. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  const unforeseen = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return unforeseen ? { name, message, stack: error.stack } : { name, message };
}

/** For tests, and where nobody reads. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
