const UNITS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** Kubernetes' own form of a duration. */
export const DURATION = /^([0-9]{1,5}(h|m|s|ms)){1,4}$/;

/** `1h30m` → 5400000. NaN when the text is no duration. */
export function parseDuration(text: string): number {
  if (!DURATION.test(text)) return Number.NaN;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(ms|h|m|s)/g))
    ms += Number(count) * UNITS[unit as keyof typeof UNITS];
  return ms;
}

/** 5400000 → `1h30m`. Parts of a millisecond are dropped. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.trunc(ms));
  let text = '';
  for (const [unit, size] of Object.entries(UNITS)) {
    const count = Math.trunc(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}
