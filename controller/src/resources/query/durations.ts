const UNITS = { y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;
const FORM = /^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;

/** A duration of Prometheus such as `1h30m`, or seconds as a number where the language takes them, in ms; else NaN. */
export function queryDuration(text: string): number {
  if (FORM.test(text) && text !== '') {
    let ms = 0;
    for (const [, count, unit] of text.matchAll(/(\d+)(ms|y|w|d|h|m|s)/g))
      ms += Number(count) * UNITS[unit as keyof typeof UNITS];
    return ms;
  }
  return /^(\d+(\.\d+)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) * 1000 : Number.NaN;
}
