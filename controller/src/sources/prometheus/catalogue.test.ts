import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_LABELS, fleetQueries } from './queries.ts';

const catalogue = JSON.parse(
  readFileSync(new URL('../../../../catalogue/metrics.json', import.meta.url), 'utf8'),
) as Record<string, { unit: string; since: string; says: string }>;

/** Every metric name in the queries, alternatives of a pattern written out. */
function namesIn(queries: readonly string[]): ReadonlySet<string> {
  const names = queries.flatMap((query) => {
    const pattern = /__name__=~"(\w+)\(([^)]+)\)"/.exec(query);
    if (pattern !== null) return (pattern[2] ?? '').split('|').map((name) => `${pattern[1]}${name}`);
    return query.match(/\bflink_\w+/g) ?? [];
  });
  return new Set(names);
}

it('the catalogue has every metric that is asked for, and no other', () => {
  const queries = fleetQueries({ labels: DEFAULT_LABELS, matchers: {}, windowMs: 20_000 });
  expect(Object.keys(catalogue).toSorted()).toEqual([...namesIn(Object.values(queries))].toSorted());
  for (const { unit, since, says } of Object.values(catalogue)) {
    expect([unit, says].every((text) => text.length > 0)).toBe(true);
    expect(since).toMatch(/^\d\.\d+$/);
  }
});
