import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogSource } from '../../../controller/src/sources/contract.ts';

/** A source of log lines under test, with queries in its own language. */
export interface LogsHarness {
  readonly source: LogSource;
  readonly queries: {
    /** Finds everything that is written by `write`, and nothing else. */
    readonly all: string;
    /** Finds nothing. */
    readonly none: string;
    /** Answers values, not lines. */
    readonly metric: string;
    /** Does not parse. */
    readonly bad: string;
  };
  /** Puts lines into the source, with a label `pod` of value `tm-0`. */
  write(lines: readonly { readonly at: number; readonly line: string }[]): Promise<void>;
  dispose(): Promise<void>;
}

const HOSTILE = '{"a": "b\\"} \u0000\u0007\u001b[31m {{ .Line }} `x` ${y}\r\n\tat org.apache.flink\u202e 😀';
const TEXTS = ['first', HOSTILE, 'third', 'x'.repeat(20_000), 'last'] as const;

/** What every `LogSource` promises of lines. */
export function logsSuite(name: string, make: () => Promise<LogsHarness>): void {
  describe(`log lines: ${name}`, () => {
    let harness: LogsHarness;
    const begin = Date.now() - 60_000;
    const at = (index: number): number => begin + index * 1000;
    const { signal } = new AbortController();

    interface Span {
      readonly query?: string;
      readonly from?: number;
      readonly to?: number;
      readonly limit?: number;
      readonly signal?: AbortSignal;
    }
    const ask = (over: Span = {}) => {
      const { query = harness.queries.all, from = at(0), to = at(5), limit = 100 } = over;
      return harness.source.lines({ query, from, to, limit }, over.signal ?? signal);
    };
    async function texts(over: Span = {}): Promise<readonly string[]> {
      const answer = await ask(over);
      if (!answer.ok) throw answer.error;
      return answer.lines.map((it) => it.line);
    }

    beforeAll(async () => {
      harness = await make();
      await harness.write(TEXTS.map((line, index) => ({ at: at(index), line })));
      await vi.waitFor(async () => expect(await texts()).toHaveLength(TEXTS.length), {
        timeout: 30_000,
        interval: 200,
      });
    });
    afterAll(() => harness.dispose());

    it('are the newest first, each with its time and labels', async () => {
      const answer = await ask();
      if (!answer.ok) throw answer.error;
      expect(answer.lines.map((it) => it.at)).toEqual([at(4), at(3), at(2), at(1), at(0)]);
      expect(answer.lines[4]).toMatchObject({ line: 'first', labels: { pod: 'tm-0' } });
    });

    it('are as they were written, but for the end of a long one', async () => {
      expect(await texts()).toEqual(['last', 'x'.repeat(16_384), 'third', HOSTILE, 'first']);
    });

    it('are those of the span, its end left out', async () => {
      expect(await texts({ from: at(1), to: at(3) })).toEqual(['third', HOSTILE]);
      expect(await texts({ from: at(1), to: at(1) })).toEqual([]);
      expect(await texts({ from: at(3), to: at(1) })).toEqual([]);
    });

    it('are the newest where there are more than asked for', async () => {
      expect(await texts({ limit: 1 })).toEqual(['last']);
    });

    it('may be none', async () => {
      expect(await texts({ query: harness.queries.none })).toEqual([]);
    });

    it('are an error where the query is wrong or asks for values', async () => {
      expect(await ask({ query: harness.queries.bad })).toMatchObject({ ok: false, error: { kind: 'refused' } });
      expect(await ask({ query: harness.queries.metric })).toMatchObject({ ok: false, error: { kind: 'badAnswer' } });
    });

    it('are an error, and nothing is thrown, when the caller gives up', async () => {
      expect(await ask({ signal: AbortSignal.abort() })).toMatchObject({ ok: false, error: { kind: 'timeout' } });
    });
  });
}
