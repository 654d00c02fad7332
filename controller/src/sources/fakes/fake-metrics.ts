import type { MetricsSource, QueryAnswer, Sample } from '../contract.ts';
import { SourceError } from '../../io/errors.ts';

/** What a `FakeMetrics` does wrong. */
export type MetricsFault =
  | { readonly kind: 'none' }
  /** Empty answers. */
  | { readonly kind: 'absent' }
  /** Ages have grown by this, ms; all else is as before. */
  | { readonly kind: 'stale'; readonly byMs: number }
  | { readonly kind: 'nan' }
  /** All values are 0 and fresh. */
  | { readonly kind: 'zero' }
  | { readonly kind: 'error'; readonly error: SourceError };

/** A `MetricsSource` that answers by a query's name, or by its text, with what it was given. */
export class FakeMetrics implements MetricsSource {
  readonly answers = new Map<string, readonly Sample[]>();
  /** Queries that fail alone, by name or text. */
  readonly failing = new Map<string, SourceError>();
  fault: MetricsFault = { kind: 'none' };
  /** Queries asked so far. */
  asked = 0;
  /** Told as the instant of evaluation of answers that are not empty, epoch ms. */
  evaluatedAt: number | null = null;

  set(name: string, samples: readonly Sample[]): void {
    this.answers.set(name, samples);
  }

  instant(
    queries: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, QueryAnswer>>> {
    const answers = Object.entries(queries).map(([name, text]) => [name, this.#answer(name, text, signal)] as const);
    return Promise.resolve(Object.fromEntries(answers));
  }

  #answer(name: string, text: string, signal: AbortSignal): QueryAnswer {
    this.asked += 1;
    if (signal.aborted) return { ok: false, error: new SourceError('timeout', 'given up by the caller') };
    const error = this.fault.kind === 'error' ? this.fault.error : (this.failing.get(name) ?? this.failing.get(text));
    if (error !== undefined) return { ok: false, error };
    const given = this.fault.kind === 'absent' ? [] : (this.answers.get(name) ?? this.answers.get(text) ?? []);
    const samples = given.map((sample) => this.#spoil(sample, name));
    return { ok: true, samples, evaluatedAt: samples.length === 0 ? null : this.evaluatedAt };
  }

  #spoil(sample: Sample, name: string): Sample {
    const isAge = /age$/i.test(name);
    switch (this.fault.kind) {
      case 'nan':
        return { ...sample, value: Number.NaN };
      case 'zero':
        return isAge ? sample : { ...sample, value: 0 };
      case 'stale':
        return isAge ? { ...sample, value: sample.value + this.fault.byMs / 1000 } : sample;
      case 'none':
      case 'absent':
      case 'error':
        return sample;
    }
  }
}
