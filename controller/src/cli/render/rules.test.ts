import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import { checkResource } from '../../resources/check/resource.ts';
import { DEFAULT_SOURCES, rulesOf } from '../../resources/policy/rules.ts';
import type { Policy } from '../../resources/policy/policy.ts';
import { ruleJson, renderRules } from './rules.ts';

const bare = (_: string, text: string): string => text;

/** The policy that has these rules as its own. */
function policyWith(rules: unknown): Policy {
  const checked = checkResource({
    apiVersion: 'drey.dev/v1alpha1',
    kind: 'FlinkPolicy',
    metadata: { name: 'p' },
    spec: { heal: { rules } },
  });
  if (!checked.ok || checked.value.kind !== 'FlinkPolicy') throw new Error(JSON.stringify(checked));
  return checked.value;
}

const shape = (rules: readonly (typeof BUILT_IN_RULES)[number][]) =>
  rules.map(({ name, when, forMs, cause, ladder }) => ({ name, when, forMs, cause, ladder }));

describe('rules as text', () => {
  it('are in the form of a policy: built-in ones, written into one, are the same rules', () => {
    const read = rulesOf(policyWith(parse(renderRules(BUILT_IN_RULES, bare))), DEFAULT_SOURCES);
    expect(shape(read)).toEqual(shape(BUILT_IN_RULES));
  });

  it('keep a query whatever stands in it', () => {
    const stated = [
      {
        name: 'a',
        when: { logql: 'sum by (pod) (count_over_time({a="b"} |= `x "y" {z}: #` [1m])) > 0', for: '90s' },
        cause: 'B',
        ladder: [{ action: 'RestartTaskManager', within: '2m' }, { action: 'Page' }],
      },
    ];
    const rules = rulesOf(policyWith(stated), DEFAULT_SOURCES).filter(({ name }) => name === 'a');
    expect(
      shape(rulesOf(policyWith(parse(renderRules(rules, bare))), DEFAULT_SOURCES).filter((it) => it.name === 'a')),
    ).toEqual(shape(rules));
    expect(rules.map(ruleJson)).toMatchObject([{ name: 'a', when: { for: '1m30s' }, cause: 'B' }]);
  });
});
