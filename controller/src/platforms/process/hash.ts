import { createHash } from 'node:crypto';

/** 16 hex digits of SHA-256 over a text, or over a map in the order of its keys. */
export function hashOf(value: string | Readonly<Record<string, number>>): string {
  const text = typeof value === 'string' ? value : JSON.stringify(Object.entries(value).sort(byKey));
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function byKey([a]: [string, number], [b]: [string, number]): number {
  return a < b ? -1 : 1;
}
