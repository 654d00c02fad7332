/** A sample: virtual seconds and its value. */
export type Point = readonly [t: number, value: number];

/** The span of a range selector, seconds: its start does not belong to it. */
export interface Span {
  readonly end: number;
  readonly windowS: number;
}

/** PromQL's `rate`: per second, resets added back, drawn out to the window as Prometheus does. Null below two samples. */
export function rate(points: readonly Point[], span: Span): number | null {
  const value = extrapolated(points, span, true);
  return value === null ? null : value / span.windowS;
}

/** PromQL's `delta`. Null below two samples. */
export function delta(points: readonly Point[], span: Span): number | null {
  return extrapolated(points, span, false);
}

/** PromQL's `deriv`: slope of the line of least squares. Null below two samples. */
export function deriv(points: readonly Point[], span: Span): number | null {
  const inside = within(points, span);
  if (inside.length < 2) return null;
  const meanT = inside.reduce((sum, [t]) => sum + t, 0) / inside.length;
  const meanV = inside.reduce((sum, [, v]) => sum + v, 0) / inside.length;
  let above = 0;
  let below = 0;
  for (const [t, v] of inside) {
    above += (t - meanT) * (v - meanV);
    below += (t - meanT) ** 2;
  }
  return above / below;
}

function within(points: readonly Point[], { end, windowS }: Span): readonly Point[] {
  return points.filter(([t]) => t > end - windowS && t <= end);
}

/** After Prometheus' `extrapolatedRate` (promql/functions.go). */
function extrapolated(points: readonly Point[], span: Span, counter: boolean): number | null {
  const inside = within(points, span);
  const first = inside[0];
  const last = inside.at(-1);
  if (first === undefined || last === undefined || inside.length < 2) return null;
  const change = counter ? increase(inside) : last[1] - first[1];
  const sampled = last[0] - first[0];
  const usual = sampled / (inside.length - 1);
  const limit = usual * 1.1;
  let toStart = first[0] - (span.end - span.windowS);
  if (toStart >= limit) toStart = usual / 2;
  // A counter is not drawn out to before it was 0.
  if (counter && change > 0 && first[1] >= 0) toStart = Math.min(toStart, sampled * (first[1] / change));
  let toEnd = span.end - last[0];
  if (toEnd >= limit) toEnd = usual / 2;
  return (change * (sampled + toStart + toEnd)) / sampled;
}

function increase(points: readonly Point[]): number {
  let sum = 0;
  for (const [index, [, value]] of points.entries()) {
    const before = points[index - 1]?.[1];
    if (before !== undefined) sum += value >= before ? value - before : value;
  }
  return sum;
}
