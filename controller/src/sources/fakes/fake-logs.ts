import { SourceError } from '../../io/errors.ts';
import { cut } from '../answer.ts';
import type { LineQuery, LogLine, LogSource } from '../contract.ts';
import { MAX_LINE_LENGTH } from '../loki/lines.ts';
import { FakeMetrics } from './fake-metrics.ts';

/** A `LogSource` that answers a query, by its text, with the lines and samples that it was given. */
export class FakeLogs extends FakeMetrics implements LogSource {
  readonly #lines = new Map<string, LogLine[]>();

  /** One more line that `query` finds. */
  write(query: string, line: LogLine): void {
    const lines = this.#lines.get(query) ?? [];
    lines.push({ ...line, line: cut(line.line, MAX_LINE_LENGTH) });
    this.#lines.set(query, lines);
  }

  lines(request: LineQuery, signal: AbortSignal): ReturnType<LogSource['lines']> {
    this.asked += 1;
    if (signal.aborted) {
      return Promise.resolve({ ok: false, error: new SourceError('timeout', 'given up by the caller') });
    }
    const error = this.fault.kind === 'error' ? this.fault.error : this.failing.get(request.query);
    if (error !== undefined) return Promise.resolve({ ok: false, error });
    return Promise.resolve({ ok: true, lines: this.fault.kind === 'absent' ? [] : this.#find(request) });
  }

  #find({ query, from, to, limit }: LineQuery): readonly LogLine[] {
    const inSpan = (this.#lines.get(query) ?? []).filter((line) => line.at >= from && line.at < to);
    return inSpan.toSorted((a, b) => b.at - a.at).slice(0, limit);
  }
}
