import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricsSource } from '../../../controller/src/sources/contract.ts';

/** A source under test, with queries in its own language. */
export interface MetricsHarness {
  readonly source: MetricsSource;
  readonly queries: {
    /** Answers 1. */
    readonly one: string;
    /** Answers NaN. */
    readonly nan: string;
    /** Answers +Inf. */
    readonly inf: string;
    /** Answers nothing. */
    readonly none: string;
    /** Answers a series with a label `a` of value `b`. */
    readonly labelled: string;
    /** Does not parse. */
    readonly bad: string;
  };
  dispose(): Promise<void>;
}

const signal = (): AbortSignal => new AbortController().signal;

/** What every `MetricsSource` promises. */
export function metricsSuite(name: string, make: () => Promise<MetricsHarness>): void {
  describe(`metrics source: ${name}`, () => {
    let harness: MetricsHarness;
    beforeAll(async () => {
      harness = await make();
    });
    afterAll(() => harness.dispose());

    it('answers each query under its name, values as they are', async () => {
      const { one, nan, inf, none } = harness.queries;
      const answers = await harness.source.instant({ one, nan, inf, none }, signal());
      expect(Object.keys(answers).toSorted()).toEqual(['inf', 'nan', 'none', 'one']);
      expect(answers).toMatchObject({
        one: { ok: true, samples: [{ value: 1 }] },
        nan: { ok: true, samples: [{ value: Number.NaN }] },
        inf: { ok: true, samples: [{ value: Number.POSITIVE_INFINITY }] },
        none: { ok: true, samples: [], evaluatedAt: null },
      });
    });

    it('keeps labels', async () => {
      const { labelled } = await harness.source.instant({ labelled: harness.queries.labelled }, signal());
      expect(labelled).toMatchObject({ ok: true, samples: [{ labels: { a: 'b' } }] });
    });

    it('tells when it was evaluated, in milliseconds', async () => {
      const from = Date.now();
      const { one } = await harness.source.instant({ one: harness.queries.one }, signal());
      if (one?.ok !== true || one.evaluatedAt === null) throw new Error('no answer with a time');
      // Both clocks are this machine's; a source may cut off what is below a second.
      expect(one.evaluatedAt).toBeGreaterThan(from - 2000);
      expect(one.evaluatedAt).toBeLessThan(Date.now() + 2000);
    });

    it('hides no answer behind a query that fails', async () => {
      const answers = await harness.source.instant({ good: harness.queries.one, bad: harness.queries.bad }, signal());
      expect(answers).toMatchObject({ good: { ok: true }, bad: { ok: false, error: { kind: 'refused' } } });
    });

    it('says so and does not throw when the caller gives up', async () => {
      const answers = await harness.source.instant({ one: harness.queries.one }, AbortSignal.abort());
      expect(answers).toMatchObject({ one: { ok: false, error: { kind: 'timeout' } } });
    });
  });
}
