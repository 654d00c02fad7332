import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import reasons from '../../../catalogue/hold-reasons.json' with { type: 'json' };
import { VERSION } from '../../../controller/src/cli/version.ts';
import { HOLD_REASONS } from '../../../controller/src/core/model/reason.ts';
import { cliReference } from './cli.ts';
import { configurationReference, policyReference } from './resources.ts';
import { errorReference, metricReference } from './tables.ts';

const page = (name: string): string => join(import.meta.dirname, '../../../docs/reference', name);

describe('docs/reference is what the code says (npx vitest run --project unit test/unit/reference -u writes it)', () => {
  it.each([
    ['cli.md', cliReference],
    ['configuration.md', configurationReference],
    ['errors.md', errorReference],
    ['metrics.md', metricReference],
    ['policies.md', policyReference],
  ])('%s', async (name, generate) => {
    await expect(generate()).toMatchFileSnapshot(page(name));
  });

  it('every hold reason has its meaning, in order', () => {
    expect(Object.keys(reasons)).toEqual(HOLD_REASONS);
  });

  it('every key has a meaning', () => {
    const nameless = [...configurationReference().split('\n'), ...policyReference().split('\n')];
    expect(nameless.filter((line) => /\| {2}\|$/.test(line))).toEqual([]);
  });

  it('the version is the one of the package', () => {
    const file = join(import.meta.dirname, '../../../controller/package.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveProperty('version', VERSION);
  });
});
