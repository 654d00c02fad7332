import { describe, expect, it } from 'vitest';
import { accepted, NOW } from '../../testing/api-model.ts';
import { renderPolicies } from './policies.ts';

const bare = (_: string, text: string): string => text;
const finding = {
  file: 'topup.yaml',
  line: 4,
  column: 14,
  path: 'spec.mode',
  expected: 'one of Observe, Act',
  found: '"act\u001b[2J"',
  suggestion: 'Act',
};

describe('the line about policies', () => {
  it('is not there while what the files say is in force', () => {
    expect(renderPolicies(accepted, bare)).toBe('');
  });

  it('tells what was refused, what is in force instead, and how much more there is', () => {
    const refused = { acceptedAt: NOW - 90_000, refused: [finding, finding, finding] };
    expect(renderPolicies(refused, bare)).toBe(
      'policies: edited file refused, last accepted of 2026-06-01 11:58:30Z in force: topup.yaml:4:14: spec.mode: ' +
        'expected one of Observe, Act, found "act"; did you mean "Act"? (and 2 more)\n\n',
    );
  });
});
