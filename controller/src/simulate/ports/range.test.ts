import { describe, expect, it } from 'vitest';
import { delta, deriv, type Point, rate } from './range.ts';

/** One sample each 15 s up to 60, so many a second. */
const line = (perSecond: number, from = 15): readonly Point[] =>
  [0, 15, 30, 45, 60].filter((t) => t >= from).map((t) => [t, 1000 + t * perSecond]);

describe('functions of Prometheus over a range', () => {
  it('draws a rate out to the window', () => {
    // Samples at 15, 30, 45, 60 of the window (5, 65]: 45 s seen, 10 s to its start and 5 s to its end added.
    expect(rate(line(4), { end: 65, windowS: 60 })).toBeCloseTo(4, 9);
    expect(delta(line(4), { end: 65, windowS: 60 })).toBeCloseTo(240, 9);
  });

  it('leaves out the sample at the start of the window', () => {
    expect(delta(line(1, 0), { end: 60, windowS: 60 })).toBeCloseTo(60, 9);
    expect(rate([[0, 0]], { end: 60, windowS: 60 })).toBeNull();
  });

  it('draws a young series out by half a scrape alone', () => {
    // 30 s seen, half of 15 s to the start, nothing to the end: 37.5 s of 60.
    expect(delta(line(2, 30), { end: 60, windowS: 60 })).toBeCloseTo(75, 9);
  });

  it('takes a fall of a counter for a new beginning, and of a delta for a fall', () => {
    const points: readonly Point[] = [
      [15, 100],
      [30, 10],
      [45, 25],
    ];
    expect(rate(points, { end: 45, windowS: 45 })).toBeCloseTo((25 * 45) / 30 / 45, 9);
    expect(delta(points, { end: 45, windowS: 45 })).toBeCloseTo((-75 * 45) / 30, 9);
  });

  it('does not draw a counter out to before it was 0', () => {
    const points: readonly Point[] = [
      [20, 4],
      [35, 34],
      [50, 64],
    ];
    // From 0 at second 18.
    expect(rate(points, { end: 50, windowS: 45 })).toBeCloseTo((60 * 32) / 30 / 45, 9);
  });

  it('has the slope of a line', () => {
    expect(deriv(line(-3), { end: 60, windowS: 60 })).toBeCloseTo(-3, 9);
    expect(deriv(line(1, 60), { end: 60, windowS: 60 })).toBeNull();
  });
});
