import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

interface Entry {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const file = join(import.meta.dirname, '../../package-lock.json');
const { packages } = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> };

it('the lock file names no host', () => {
  const hosts = Object.values(packages).flatMap((entry) => (entry.resolved?.includes('://') ? [entry.resolved] : []));
  expect(hosts).toEqual([]);
});

// `npm install` drops those that the registry in use lacks, and then `npm ci` refuses the lock file everywhere.
it('the lock file has an entry for each optional package of every other platform', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});
