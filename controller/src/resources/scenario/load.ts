import { z } from 'zod';
import { duration, list, number, text } from '../scalars.ts';

const DAY = '999h';
/** An instant of the scenario, from its start. */
export const instant = () => duration('0s', DAY);
const rate = () => number(0, 1e9);

const variation = {
  noise: number(0, 1)
    .optional()
    .describe('Each second is multiplied by a normal draw of mean 1 and this deviation, cut at three of it.'),
  bursts: list(z.tuple([instant(), duration('1s', DAY), number(0, 1000)]), 1000)
    .optional()
    .describe('[at, for, factor]: the load is multiplied by the factor.'),
};

const points = list(z.tuple([instant(), rate()]), 100_000)
  .min(1)
  .refine((all) => all.every(([at], index) => index === 0 || at > (all[index - 1]?.[0] ?? 0)), {
    error: 'points in the order of their time',
  });

/** Records/s that arrive at a source, over time. */
export const load = z.discriminatedUnion('shape', [
  z.strictObject({
    shape: z.literal('steps').describe('Each point holds until the next.'),
    points: points.describe('[at, records/s].'),
    ...variation,
  }),
  z.strictObject({
    shape: z.literal('ramp').describe('Points joined by lines.'),
    points: points.describe('[at, records/s].'),
    ...variation,
  }),
  z.strictObject({
    shape: z.literal('sine').describe('max(0, base + amplitude * sin(2 pi t / period)).'),
    base: rate().describe('Records/s.'),
    amplitude: rate().describe('Records/s.'),
    period: duration('1s', DAY).describe('Of one wave.'),
    ...variation,
  }),
  z.strictObject({
    shape: z.literal('trace').describe('Lines of a file.'),
    file: text(4096).describe('CSV `seconds,rate` beside the scenario, joined by lines.'),
    ...variation,
  }),
]);

/** A load that passed its schema: durations in ms. */
export type Load = z.output<typeof load>;
