import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDrey, type Drey } from './drey.ts';

const policy = (rules: string): string =>
  'apiVersion: drey.dev/v1alpha1\nkind: FlinkPolicy\nmetadata: {name: topup, namespace: payments}\n' +
  `spec:\n  heal:\n    rules:\n${rules.replaceAll(/^/gm, '      ')}\n`;
const config = (file: string, loki: string): string =>
  `apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\npolicies: [${file}]\nsources: {prometheus: {url: http://127.0.0.1:9090}${loki}}\n`;
const LOKI = ', loki: {url: http://127.0.0.1:3100}';

const PAGE = 'ladder: [{action: Page}]';
const RULE = 'spec.heal.rules[0]';

const cases = [
  [
    'promql-syntax',
    `- {name: a, when: {promql: "rate(x[5m)"}, ${PAGE}}`,
    `7:34: ${RULE}.when.promql: expected valid PromQL, found ")" at 1:10 of the query`,
  ],
  [
    'logql-syntax',
    `- {name: a, when: {logql: 'count_over_time({a="b" [1m])'}, ${PAGE}}`,
    `7:33: ${RULE}.when.logql: expected valid LogQL, found "[1m])" at 1:24 of the query`,
  ],
  [
    'range-vector',
    `- name: a\n  when:\n    for: 2m\n    promql: x[5m]\n  ${PAGE}`,
    `10:19: ${RULE}.when.promql: expected an instant vector, ` +
      'found a range vector (wrap it in rate(), increase() or …_over_time()) at 1:1 of the query',
  ],
  [
    'log-query',
    `- {name: a, when: {logql: '{a="b"} |= "x"'}, ${PAGE}}`,
    `7:33: ${RULE}.when.logql: expected a metric query such as count_over_time({…} |= "…" [1m]), ` +
      'found a log query at 1:1 of the query',
  ],
  [
    'other-namespace',
    `- name: a\n  when:\n    promql: |\n      sum by (pod) (\n        rate(x{namespace="other"}[5m])\n      ) > 0\n  ${PAGE}`,
    `9:19: ${RULE}.when.promql: expected a selector inside namespace "payments" (leave the matcher out, Drey adds it), ` +
      'found namespace="other" at 2:10 of the query',
  ],
  [
    'unknown-action',
    `- {name: a, when: {promql: x}, ladder: [{action: RecreateClustr}]}`,
    `7:56: ${RULE}.ladder[0].action: expected one of Wait, Rescale, ScaleTaskManagers, TriggerCheckpoint, TriggerSavepoint, ` +
      'RestartTaskManager, RestartJobManager, RestartFromCheckpoint, RecreateCluster, RecreateResource, Rollback, Suspend, ' +
      'Resume, Page, found "RecreateClustr"; did you mean "RecreateCluster"?',
  ],
  [
    'empty-ladder',
    `- {name: a, when: {promql: x}, ladder: []}`,
    `7:46: ${RULE}.ladder: expected at least one action, or enabled: false, found an empty list`,
  ],
  [
    'duplicate-name',
    `- {name: a, when: {promql: x}, ${PAGE}}\n- {name: a, when: {promql: y}, ${PAGE}}`,
    '8:16: spec.heal.rules[1].name: expected a name that no other rule of the policy has, found a second "a"',
  ],
] as const;

let drey: Drey;
beforeAll(async () => {
  drey = await buildDrey();
  for (const [name, rules] of cases) await drey.write({ [`${name}.yaml`]: policy(rules) });
}, 120_000);
afterAll(() => drey.remove());

describe('a rule that is wrong', () => {
  it('is named by drey lint with file, line, path and what was expected', { timeout: 120_000 }, async () => {
    const { code, out, err } = await drey.run(['lint', ...cases.map(([name]) => `${name}.yaml`)]);
    expect(out.trimEnd().split('\n')).toEqual(cases.map(([name, , finding]) => `${name}.yaml:${finding}`));
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });

  it('keeps drey run from starting', { timeout: 120_000 }, async () => {
    const files = cases.map(([name]) => `${name}.yaml`);
    await drey.write({ 'all-drey.yaml': config(files.join(', '), LOKI) });
    const { code, out, err } = await drey.run(['run', '--config', 'all-drey.yaml']);
    expect(err.split('\n').slice(0, -2)).toEqual(cases.map(([name, , finding]) => `${name}.yaml:${finding}`));
    expect(err).toContain('DREY-INVALID: all-drey.yaml: 8 findings, nothing was started');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('asks logs where there are none', { timeout: 120_000 }, async () => {
    const rules = `- {name: a, when: {logql: 'rate({a="b"}[1m])'}, ${PAGE}}`;
    await drey.write({ 'logs.yaml': policy(rules), 'logs-drey.yaml': config('logs.yaml', '') });
    const { code, err } = await drey.run(['run', '--config', 'logs-drey.yaml']);
    expect(err.split('\n')[0]).toBe(
      `logs.yaml:7:33: ${RULE}.when.logql: expected sources.loki in the configuration, found a query without it`,
    );
    expect(code).toBe(2);
    expect(await drey.run(['lint', 'logs.yaml'])).toMatchObject({ code: 0, out: '' });
  });

  it('leaves its namespace by the label that the configuration names', { timeout: 120_000 }, async () => {
    const rules = `- {name: a, when: {promql: 'x{kubernetes_namespace="other"}'}, ${PAGE}}`;
    const labels = `apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\npolicies: [label.yaml]\nsources: {prometheus: {url: http://127.0.0.1:9090, labels: {namespace: kubernetes_namespace}}}\n`;
    await drey.write({ 'label.yaml': policy(rules), 'label-drey.yaml': labels });
    const { code, err } = await drey.run(['run', '--config', 'label-drey.yaml']);
    expect(err.split('\n')[0]).toBe(
      `label.yaml:7:34: ${RULE}.when.promql: expected a selector inside namespace "payments" ` +
        '(leave the matcher out, Drey adds it), found kubernetes_namespace="other" at 1:3 of the query',
    );
    expect(code).toBe(2);
  });
});
