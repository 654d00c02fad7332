import type { Load } from '../../resources/scenario/load.ts';
import type { Random } from './random.ts';

/** Records that arrive in the second that begins at `t`. Asked once a second, in order. */
export type LoadCurve = (t: number) => number;

type Shape<K extends Load['shape']> = Extract<Load, { shape: K }>;
type Points = Shape<'steps'>['points'];

/** A load as a function of virtual seconds. */
export function loadCurve(load: Load, random: Random): LoadCurve {
  const base = baseCurve(load);
  const bursts = (load.bursts ?? []).map(([at, ms, factor]) => ({ from: at / 1000, to: (at + ms) / 1000, factor }));
  const { noise = 0 } = load;
  if (noise === 0 && bursts.length === 0) return base;
  return (t) => {
    let rate = base(t);
    for (const { from, to, factor } of bursts) if (t >= from && t < to) rate *= factor;
    return noise === 0 ? rate : rate * Math.max(0, 1 + noise * random.normal());
  };
}

function baseCurve(load: Load): LoadCurve {
  switch (load.shape) {
    case 'steps':
      return along(load.points, (_, before) => before[1]);
    case 'ramp':
      return along(load.points, (at, before, after) => {
        if (after === undefined || at <= before[0]) return before[1];
        return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]);
      });
    case 'sine':
      return (t) => Math.max(0, load.base + load.amplitude * Math.sin((2 * Math.PI * t * 1000) / load.period));
    case 'trace':
      throw new RangeError('a trace is not supported by this version');
  }
}

/** Before its first point a load is that of the first. Points are in ms. */
function along(
  points: Points,
  rate: (at: number, before: Points[number], after: Points[number] | undefined) => number,
): LoadCurve {
  let index = 0;
  return (t) => {
    const at = t * 1000;
    while (index > 0 && (points[index]?.[0] ?? 0) > at) index -= 1;
    while ((points[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= at) index += 1;
    const before = points[index];
    return before === undefined ? 0 : rate(at, before, points[index + 1]);
  };
}
