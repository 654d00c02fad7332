import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../io/errors.ts';
import { parseVector } from './vector.ts';

const limits = { source: 'Loki', maxSeries: 5000 };
const vector = (...result: unknown[]): object => ({ status: 'success', data: { resultType: 'vector', result } });
const series = (over: object = {}): object => ({ metric: {}, value: [1, '1'], ...over });
const parse = (body: unknown) => parseVector(body, limits);

function kindOf(body: unknown): string {
  try {
    parse(body);
    return 'ok';
  } catch (error) {
    return error instanceof SourceError ? error.kind : String(error);
  }
}

describe('parseVector', () => {
  it('keeps NaN and infinities', () => {
    const values = ['1.5', 'NaN', '+Inf', '-Inf', '1795376105710', '-0.5', '1e+21', '1e-07'];
    const answer = parse(vector(...values.map((value) => ({ metric: { a: 'b' }, value: [1700000000.5, value] }))));
    expect(answer.samples.map((it) => it.value)).toEqual([
      1.5,
      Number.NaN,
      Infinity,
      -Infinity,
      1795376105710,
      -0.5,
      1e21,
      1e-7,
    ]);
    expect(answer.evaluatedAt).toBe(1_700_000_000_500);
    expect(parse(vector())).toEqual({ ok: true, samples: [], evaluatedAt: null });
  });

  it('is as old as its oldest sample', () => {
    expect(parse(vector(series({ value: [9, '1'] }), series({ value: [7, '1'] }))).evaluatedAt).toBe(7000);
  });

  it.each([
    ['no object', 'text'],
    ['nothing', null],
    ['a list', []],
    ['another status', { ...vector(), status: 'ok' }],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['lines in place of a vector', { status: 'success', data: { resultType: 'streams', result: [] } }],
    ['a scalar', { status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }],
    ['a result that is no list', { status: 'success', data: { resultType: 'vector', result: { length: 0 } } }],
    ['a series that is none', vector('x')],
    ['a series without a value', vector({ metric: {} })],
    ['a histogram', vector({ metric: {}, histogram: [1, { count: '1' }] })],
    ['a series without labels', vector({ value: [1, '1'] })],
    ['a value that is a number', vector(series({ value: [1, 2] }))],
    ['a time that is text', vector(series({ value: ['1', '1'] }))],
    ['an empty value', vector(series({ value: [1, ''] }))],
    ['a value of letters', vector(series({ value: [1, '1x'] }))],
    ['a value beyond a float', vector(series({ value: [1, '1e999'] }))],
    ['a value in hexadecimal', vector(series({ value: [1, '0x10'] }))],
    ['a value with spaces', vector(series({ value: [1, ' 1'] }))],
    ['a label that is a number', vector(series({ metric: { a: 1 } }))],
    ['a label that is nothing', vector(series({ metric: { a: null } }))],
    ['labels in a list', vector(series({ metric: ['a'] }))],
    [
      'labels without end',
      vector(series({ metric: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [i, ''])) })),
    ],
  ])('refuses %s', (_, body) => {
    expect(kindOf(body)).toBe('badAnswer');
  });

  it('refuses more series than allowed, and never cuts', () => {
    const all = Array.from({ length: 5001 }, () => series());
    expect(kindOf(vector(...all))).toBe('tooLarge');
    expect(parse(vector(...all.slice(1))).samples).toHaveLength(5000);
  });

  it('takes an answer that warns for incomplete, and remarks for what they are', () => {
    const incomplete = [
      { warnings: ['receive series from Addr: store-1: rpc error'] },
      { warnings: ['maximum number of series (500) reached for a single query; returning partial results'] },
      { warnings: ['PromQL info: metric might not be a counter', 'PromQL warning: mixed'] },
      { warnings: 'x' },
      { warnings: [{}] },
      { isPartial: true },
    ];
    expect(incomplete.map((over) => kindOf({ ...vector(), ...over }))).toEqual(incomplete.map(() => 'incomplete'));
    const whole = [
      { warnings: [] },
      { warnings: null },
      { infos: ['PromQL info: metric might not be a counter'] },
      { warnings: ['PromQL info: metric might not be a counter'] },
      { warnings: ['Query was executed using the new experimental query engine.'] },
      { isPartial: false },
    ];
    expect(whole.map((over) => kindOf({ ...vector(), ...over }))).toEqual(whole.map(() => 'ok'));
  });

  it('keeps text of labels as it is, and cuts what is longer than any name', () => {
    const hostile = 'a"b\\c}{|\u0000\u001b[31m\r\n\u202e😀';
    const text = JSON.stringify(vector(series({ metric: { hostile, huge: 'x'.repeat(1024 * 1024) } })));
    const [sample] = parse(JSON.parse(text)).samples;
    expect(sample?.labels.hostile).toBe(hostile);
    expect(sample?.labels.huge).toBe('x'.repeat(4096));
  });

  it('cuts no character in half', () => {
    const [sample] = parse(vector(series({ metric: { a: `${'x'.repeat(4095)}😀` } }))).samples;
    expect(sample?.labels.a).toBe('x'.repeat(4095));
  });

  it('takes the names of the language for labels as any other', () => {
    const huge = 'y'.repeat(5000);
    const body = `{"status":"success","data":{"resultType":"vector","result":[
      {"metric":{"__proto__":"${huge}","constructor":"c","toString":"t"},"value":[1,"1"]}]}}`;
    const [sample] = parse(JSON.parse(body)).samples;
    expect(Object.entries(sample?.labels ?? {})).toEqual([
      ['__proto__', 'y'.repeat(4096)],
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('reads whatever JSON it is given or says that it is no answer', { timeout: 60_000 }, () => {
    const kinds = new Set(['ok', 'badAnswer', 'incomplete', 'tooLarge']);
    const json = fc.jsonValue();
    const near = fc.record(
      {
        status: fc.constantFrom<unknown>('success', 'error', 1),
        warnings: json,
        data: fc.record({
          resultType: fc.constantFrom('vector', 'streams'),
          result: fc.oneof(
            json,
            fc.array(
              fc.record({
                metric: fc.oneof(json, fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))),
                value: fc.oneof(json, fc.tuple(fc.double(), fc.oneof(fc.string(), fc.double().map(String)))),
              }),
            ),
          ),
        }),
      },
      { requiredKeys: ['status', 'data'] },
    );
    expect(
      fc.check(
        fc.property(fc.oneof(json, near), (body) => kinds.has(kindOf(body))),
        { numRuns: 50 },
      ),
    ).toMatchObject({ failed: false });
  });

  it('reads 5,000 series fast', () => {
    const metric = (i: number): object => ({
      namespace: 'payments',
      pod: `tm-${i}`,
      job_name: 'topup',
      task_id: `${i}`,
    });
    const text = JSON.stringify(vector(...Array.from({ length: 5000 }, (_, i) => series({ metric: metric(i) }))));
    const times = Array.from({ length: 7 }, () => {
      const from = performance.now();
      expect(parse(JSON.parse(text)).samples).toHaveLength(5000);
      return performance.now() - from;
    });
    // It takes some 10 ms. The fastest counts: the machine may be busy with something else.
    expect(Math.min(...times)).toBeLessThan(100);
  });
});
