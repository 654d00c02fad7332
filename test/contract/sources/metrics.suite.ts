import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricsSource } from '../../../controller/src/sources/contract.ts';

/** A source under test. It must answer `vector(1)` and the other queries of the suite as Prometheus does. */
export interface MetricsHarness {
  readonly source: MetricsSource;
  /** A query that answers a series with a label `a` of value `b`. */
  readonly labelled: string;
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
      const queries = { one: 'vector(1)', nan: 'vector(NaN)', inf: 'vector(Inf)', none: 'vector(1) > 2' };
      const answers = await harness.source.instant(queries, signal());
      expect(Object.keys(answers).toSorted()).toEqual(['inf', 'nan', 'none', 'one']);
      expect(answers).toMatchObject({
        one: { ok: true, samples: [{ value: 1 }] },
        nan: { ok: true, samples: [{ value: Number.NaN }] },
        inf: { ok: true, samples: [{ value: Number.POSITIVE_INFINITY }] },
        none: { ok: true, samples: [], evaluatedAt: null },
      });
    });

    it('keeps labels', async () => {
      const { labelled } = await harness.source.instant({ labelled: harness.labelled }, signal());
      expect(labelled).toMatchObject({ ok: true, samples: [{ labels: { a: 'b' } }] });
    });

    it('hides no answer behind a query that fails', async () => {
      const answers = await harness.source.instant({ good: 'vector(1)', bad: 'vector(' }, signal());
      expect(answers).toMatchObject({ good: { ok: true }, bad: { ok: false, error: { kind: 'refused' } } });
    });

    it('says so and does not throw when the caller gives up', async () => {
      const answers = await harness.source.instant({ one: 'vector(1)' }, AbortSignal.abort());
      expect(answers).toMatchObject({ one: { ok: false, error: { kind: 'timeout' } } });
    });
  });
}
