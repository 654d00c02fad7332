import type { BrokenRestorePoint, RestorePoint, RestorePointLevel } from '../core/model/restore-point.ts';
import type { SourceError } from '../io/errors.ts';

export { SourceError } from '../io/errors.ts';

/** One series of an instant answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** NaN and infinities are kept: the reader decides. */
  readonly value: number;
}

/** An answer or why there is none. One failing query never hides the others. */
export type QueryAnswer =
  | {
      readonly ok: true;
      readonly samples: readonly Sample[];
      /** When it was evaluated, by the source's clock, epoch ms; null where the answer is empty. An old one was kept by something in between. */
      readonly evaluatedAt: number | null;
    }
  | { readonly ok: false; readonly error: SourceError };

/** Instant queries, all within one deadline. Never throws. */
export interface MetricsSource {
  instant(
    queries: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, QueryAnswer>>>;
}

/** A log line. Hostile text: never part of a query, control characters and all; cut by the source at 16 KiB. */
export interface LogLine {
  /** Epoch ms. */
  readonly at: number;
  readonly line: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A query on log lines over a span, newest lines first. Instants are epoch ms: `from` is in the span, `to` is not. */
export interface LineQuery {
  readonly query: string;
  readonly from: number;
  readonly to: number;
  /** Most lines of the answer. */
  readonly limit: number;
}

/** Logs: metric queries answer as those of a metrics source do. Never throws. */
export interface LogSource extends MetricsSource {
  lines(
    request: LineQuery,
    signal: AbortSignal,
  ): Promise<
    { readonly ok: true; readonly lines: readonly LogLine[] } | { readonly ok: false; readonly error: SourceError }
  >;
}

/** Checkpoints and savepoints as they lie on storage. */
export interface CheckpointStorage {
  /** Every point under the folders, over all run ids, newest first, each checked to `complete` where possible. Throws `SourceError` when the storage can't be read at all. */
  list(dirs: readonly string[], signal: AbortSignal): Promise<StoredPoints>;
  /** Checks one point. `notFound` in the answer's problem when its `_metadata` is gone. */
  check(
    path: string,
    signal: AbortSignal,
  ): Promise<{ readonly level: RestorePointLevel } | { readonly problem: string }>;
}

/** Both newest first. */
export interface StoredPoints {
  readonly points: readonly RestorePoint[];
  readonly broken: readonly BrokenRestorePoint[];
}
