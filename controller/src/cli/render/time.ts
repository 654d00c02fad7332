const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** At most two units: `4s`, `3m20s`, `2h5m`, `1d4h`; below a second `0s`, and `250ms` where `fine`. */
export function shortDuration(ms: number, fine = false): string {
  if (fine && ms < 1000) return `${Math.round(ms)}ms`;
  let rest = Math.max(0, Math.round(ms / 1000) * 1000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}

/** `12s ago`, `in 3m` */
export function relative(at: number, now: number): string {
  return at <= now ? `${shortDuration(now - at)} ago` : `in ${shortDuration(at - now)}`;
}

/** `2026-06-01 12:00:05Z` */
export function instant(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace(/\.\d+/, '');
}
