import { describe, expect, it } from 'vitest';
import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import type { Rule } from '../../core/model/rule.ts';
import { checkResource } from '../check/resource.ts';
import { loadPolicy } from './loaded.ts';
import { DEFAULT_SOURCES, type RuleSources } from './rules.ts';

const restart = { action: 'RestartFromCheckpoint', within: '5m' };

function rulesFor(rules: readonly object[], { kind = 'FlinkPolicy', sources = DEFAULT_SOURCES } = {}): readonly Rule[] {
  const cluster = kind === 'ClusterFlinkPolicy';
  const checked = checkResource(
    {
      apiVersion: 'drey.dev/v1alpha1',
      kind,
      metadata: cluster ? { name: 'p' } : { name: 'p', namespace: 'payments' },
      spec: { ...(cluster && { namespaceSelector: {} }), heal: { rules } },
    },
    undefined,
    sources,
  );
  if (!checked.ok || checked.value.kind === 'DreyConfig') throw new Error(JSON.stringify(checked));
  return loadPolicy(checked.value, sources).rules;
}

const names = (rules: readonly Rule[]): readonly string[] => rules.map((it) => it.name);
const last = (rules: readonly object[]): Rule | undefined => rulesFor(rules).find((it) => it.name === 'mine');

describe('rules in force', () => {
  it('are the built-in ones where a policy states none', () => {
    expect(rulesFor([])).toEqual(BUILT_IN_RULES);
  });

  it('have the own ones before those that may be a mere consequence', () => {
    const own = rulesFor([
      { name: 'b', when: { symptom: 'LagUnknown' }, ladder: [restart] },
      { name: 'a', when: { symptom: 'LagUnknown' }, ladder: [restart] },
    ]);
    const builtIn = names(BUILT_IN_RULES);
    const at = builtIn.indexOf('RestartLoop');
    expect(names(own)).toEqual([...builtIn.slice(0, at), 'b', 'a', ...builtIn.slice(at)]);
  });

  it('have one of the same name in the place of the built-in one, or none', () => {
    const own = rulesFor([
      {
        name: 'TaskManagerLost',
        when: { symptom: 'TaskManagerLost', for: '1m' },
        ladder: [{ action: 'RecreateCluster' }],
      },
      { name: 'RestartLoop', enabled: false },
      { name: 'off', enabled: false, when: { promql: 'x' }, ladder: [restart] },
    ]);
    expect(names(own)).toEqual(names(BUILT_IN_RULES).filter((it) => it !== 'RestartLoop'));
    expect(own.find((it) => it.name === 'TaskManagerLost')).toEqual({
      name: 'TaskManagerLost',
      when: { kind: 'symptom', symptom: 'TaskManagerLost' },
      forMs: 60_000,
      cause: 'TaskManagerLost',
      needs: ['platform', 'jobState', 'restorePoints'],
      ladder: [
        { action: 'RecreateCluster', withinMs: 600_000 },
        { action: 'Page', withinMs: 0 },
      ],
      stated: true,
      summary: 'Stated by FlinkPolicy payments/p.',
    });
  });
});

describe('a rule', () => {
  it('has its query bound to the namespace, under the labels of the configuration', () => {
    const sources: RuleSources = {
      promql: { namespaceLabel: 'ns', matchers: { cluster: 'a' } },
      logql: { namespaceLabel: 'k8s_ns', matchers: {} },
    };
    const stated = [
      {
        name: 'p',
        when: { promql: 'rate(x[5m]) > 0', for: '2m' },
        cause: 'Stuck',
        ladder: [restart, { action: 'Page' }],
      },
      {
        name: 'l',
        when: { logql: 'count_over_time({a="b"} |= "x" [1m])' },
        ladder: [{ action: 'Page', within: '1h' }],
      },
    ];
    const [p, l] = rulesFor(stated, { sources }).filter((it) => it.name.length === 1);
    expect(p).toMatchObject({
      when: {
        kind: 'query',
        source: 'prometheus',
        query: 'rate(x{cluster="a",ns="payments"}[5m]) > 0',
        windowMs: 300_000,
      },
      forMs: 120_000,
      cause: 'Stuck',
      needs: ['jobState', 'platform', 'restorePoints'],
      ladder: [
        { action: 'RestartFromCheckpoint', withinMs: 300_000 },
        { action: 'Page', withinMs: 0 },
      ],
    });
    expect(l).toMatchObject({
      when: { source: 'loki', query: 'count_over_time({k8s_ns="payments",a="b"} |= "x" [1m])', windowMs: 60_000 },
      forMs: 0,
      cause: 'l',
      needs: ['jobState', 'platform'],
      ladder: [{ action: 'Page', withinMs: 0 }],
    });
    const [cluster] = rulesFor(stated, { kind: 'ClusterFlinkPolicy', sources }).filter((it) => it.name === 'p');
    expect(cluster?.when).toMatchObject({ query: 'rate(x{cluster="a"}[5m]) > 0' });
  });

  it('needs to say something no more than its symptom does', () => {
    const when = { symptom: 'JobUnseen' };
    expect(last([{ name: 'mine', when, ladder: [{ action: 'Wait' }] }])?.needs).toEqual([]);
    expect(last([{ name: 'mine', when, ladder: [{ action: 'TriggerSavepoint' }] }])?.needs).toEqual([
      'jobState',
      'platform',
    ]);
  });
});
