import { z } from 'zod';
import type { Amount } from '../core/model/policy.ts';
import { DURATION, formatDuration, parseDuration } from './duration.ts';

// Every `error` below is what was expected, as a noun phrase: a finding reads "expected <it>, found <value>".

/** Text of 1 to `max` characters. */
export const text = (max: number) => z.string().min(1).max(max);

/** At most `max` items. */
export const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).max(max);

/** Text → value, with at most `max` entries. */
export function map<T extends z.ZodType>(value: T, max: number) {
  return z
    .record(text(253), value)
    .refine((entries) => Object.keys(entries).length <= max, { error: `at most ${max} entries` });
}

/** A name as Kubernetes takes it for objects: lower case letters, digits, `-` and `.`. */
export const objectName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, { error: 'a name of lower case letters, digits, "-" and "."' });

/** A name as Kubernetes takes it for namespaces and labels of hosts. */
export const labelName = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, { error: 'a name of lower case letters, digits and "-"' });

/** A duration within bounds, both given as text; read as milliseconds. */
export function duration(min: string, max: string) {
  const expected = `a duration such as 15s or 1h30m, from ${min} to ${max}`;
  const bounded = z.number().min(parseDuration(min), { error: expected }).max(parseDuration(max), { error: expected });
  return z.codec(
    z.string({ error: expected }).max(32, { error: expected }).regex(DURATION, { error: expected }),
    bounded,
    {
      decode: parseDuration,
      encode: formatDuration,
    },
  );
}

/** A number from `min` to `max`. */
export const number = (min: number, max: number) =>
  z
    .number({ error: `a number from ${min} to ${max}` })
    .min(min)
    .max(max);

/** A whole number from `min` to `max`. */
export const count = (min: number, max: number) =>
  z
    .int({ error: `a whole number from ${min} to ${max}` })
    .min(min)
    .max(max);

const AMOUNT = 'a count such as 3, or a percent from "1%" to "100%"';
const PHRASE = { error: AMOUNT };

/** A part of a fleet: a count from 1, or a percent string from 1% to 100%. */
export const amount = () =>
  z.codec(
    z.union([z.int().min(1, PHRASE).max(100_000, PHRASE), z.string().regex(/^([1-9][0-9]?|100)%$/, PHRASE)], {
      error: AMOUNT,
    }),
    z.custom<Amount>(),
    {
      decode: (given): Amount =>
        typeof given === 'number' ? { count: given } : { share: Number.parseInt(given, 10) / 100 },
      encode: (value) => ('count' in value ? value.count : `${Math.round(value.share * 100)}%`),
    },
  );

/** Lower and upper bound of a size. */
export const bounds = (max: number, defaultMax: number) =>
  z
    .strictObject({
      min: count(1, max).prefault(1).describe('Never below this.'),
      max: count(1, max).prefault(defaultMax).describe('Never above this.'),
    })
    .superRefine(minNotAboveMax);

/** Reports a lower bound above the upper one, whichever of them was left out. */
export function minNotAboveMax(
  range: { readonly min?: number | undefined; readonly max?: number | undefined },
  context: { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void },
): void {
  if (range.min === undefined || range.max === undefined || range.min <= range.max) return;
  context.addIssue({ code: 'custom', path: ['min'], message: `at most max, which is ${range.max}` });
}
