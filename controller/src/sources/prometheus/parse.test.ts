import { describe, expect, it } from 'vitest';
import { errorOf, parseVector } from './parse.ts';

const vector = (...result: unknown[]): unknown => ({ status: 'success', data: { resultType: 'vector', result } });

describe('parseVector', () => {
  it('keeps NaN and infinities, and ignores warnings', () => {
    const values = ['1.5', 'NaN', '+Inf', '-Inf', '1795376105710'];
    const body = vector(...values.map((value) => ({ metric: { a: 'b' }, value: [1700000000.5, value] })));
    const answer = parseVector({ ...(body as object), warnings: ['x'] }, 10);
    expect(answer.samples.map((sample) => sample.value)).toEqual([1.5, Number.NaN, Infinity, -Infinity, 1795376105710]);
    expect(answer.evaluatedAt).toBe(1_700_000_000_500);
    expect(parseVector(vector(), 10)).toEqual({ ok: true, samples: [], evaluatedAt: null });
  });

  it.each([
    ['no object', 'text'],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['a series without a value', vector({ metric: {} })],
    ['a value that is a number', vector({ metric: {}, value: [1, 2] })],
    ['an empty value', vector({ metric: {}, value: [1, ''] })],
    ['a value of letters', vector({ metric: {}, value: [1, '1x'] })],
    ['a label that is no text', vector({ metric: { a: 1 }, value: [1, '1'] })],
  ])('refuses %s', (_, body) => {
    expect(() => parseVector(body, 10)).toThrow('Prometheus');
  });

  it('refuses more series than allowed', () => {
    const series = { metric: {}, value: [1, '1'] };
    expect(() => parseVector(vector(series, series), 1)).toThrow('more than 1 series');
  });
});

describe('errorOf', () => {
  it('names the type and never the text', () => {
    const error = errorOf({ status: 'error', errorType: 'bad_data', error: 'parse error: secret' }, 400);
    expect(error).toMatchObject({ kind: 'refused', message: 'Prometheus: error bad_data' });
    expect(errorOf({ status: 'error', errorType: 'timeout' }, 503)).toMatchObject({ kind: 'timeout' });
    expect(errorOf({ status: 'success' }, 200)).toBeNull();
    expect(errorOf('text', 503)).toBeNull();
  });
});
