import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../io/errors.ts';
import { parseLines } from './lines.ts';

const streams = (...result: unknown[]): object => ({ status: 'success', data: { resultType: 'streams', result } });
const stream = (...values: unknown[]): object => ({ stream: { pod: 'tm-0' }, values });

describe('parseLines', () => {
  it('puts the lines of all streams in one order, newest first, to the nanosecond', () => {
    const lines = parseLines(
      streams(stream(['1700000000000000003', 'c'], ['1700000000000000001', 'a']), {
        stream: { pod: 'tm-1' },
        values: [['1700000000000000002', 'b', { trace: 'x' }]],
      }),
    );
    expect(lines.map(({ line, labels }) => [line, labels.pod])).toEqual([
      ['c', 'tm-0'],
      ['b', 'tm-1'],
      ['a', 'tm-0'],
    ]);
    expect(lines[0]?.at).toBe(1_700_000_000_000);
    expect(parseLines(streams())).toEqual([]);
  });

  it('keeps a line as it is, and cuts a long one', () => {
    const hostile = '{"a": "b"} \u0000\u0007\u001b]0;x\u0007 \\n "quoted" \r\n\tat org.apache {{ .Line }} 😀\ud800';
    const [line] = parseLines(streams(stream(['1', hostile])));
    expect(line?.line).toBe(hostile);
    const [long] = parseLines(streams(stream(['1', `${'x'.repeat(16_383)}😀${'y'.repeat(1024 * 1024)}`])));
    expect(long?.line).toBe('x'.repeat(16_383));
  });

  it.each([
    ['a vector', { status: 'success', data: { resultType: 'vector', result: [] } }],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['a stream without lines', streams({ stream: {} })],
    ['a stream without labels', streams({ values: [] })],
    ['a time that is a number', streams(stream([1, 'x']))],
    ['a time of letters', streams(stream(['1e9', 'x']))],
    ['a time without end', streams(stream(['1'.repeat(100_000), 'x']))],
    ['a line that is no text', streams(stream(['1', { a: 1 }]))],
    ['an entry that is no pair', streams(stream('x'))],
  ])('refuses %s', (_, body) => {
    expect(() => parseLines(body)).toThrow(expect.objectContaining({ kind: 'badAnswer' }));
  });

  it('takes an answer that warns for incomplete', () => {
    const body = { ...streams(), warnings: ['query frontend: one querier did not answer'] };
    expect(() => parseLines(body)).toThrow(expect.objectContaining({ kind: 'incomplete' }));
  });

  it('reads whatever JSON it is given or says that it is no answer', { timeout: 60_000 }, () => {
    const pair = fc.tuple(fc.oneof(fc.nat().map(String), fc.string()), fc.string({ unit: 'binary' }));
    const near = fc.array(fc.record({ stream: fc.jsonValue(), values: fc.oneof(fc.jsonValue(), fc.array(pair)) }));
    expect(
      fc.check(
        fc.property(
          fc.oneof(
            fc.jsonValue(),
            near.map((result) => streams(...result)),
          ),
          (body) => {
            try {
              return Array.isArray(parseLines(body));
            } catch (error) {
              return error instanceof SourceError;
            }
          },
        ),
        { numRuns: 50 },
      ),
    ).toMatchObject({ failed: false });
  });
});
