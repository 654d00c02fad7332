import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDrey, type Drey } from './drey.ts';

const HEAD = 'apiVersion: drey.dev/v1alpha1\nkind: DreyConfig\n';
const SOURCES = 'sources: {prometheus: {url: http://127.0.0.1:9090}}\n';
const POLICY = 'apiVersion: drey.dev/v1alpha1\nkind: FlinkPolicy\nmetadata: {name: topup, namespace: local}\n';
const DURATION = 'a duration such as 15s or 1h30m';

/** A bad file of either kind, and the one finding that it brings. */
interface Case {
  readonly name: string;
  readonly config?: string;
  readonly policy?: string;
  readonly finding: string;
}

const cases: readonly Case[] = [
  {
    name: 'a wrong type in the configuration',
    config: `${HEAD}${SOURCES}platforms: {process: {}}\n`,
    finding: 'drey.yaml:4:12: platforms: expected a list, found a mapping',
  },
  {
    name: 'a wrong type in a policy',
    policy: `${POLICY}spec:\n  autoscale: {enabled: "yes"}\n`,
    finding: 'policy.yaml:5:24: spec.autoscale.enabled: expected true or false, found "yes"',
  },
  {
    name: 'an unknown key in the configuration',
    config: `${HEAD}${SOURCES}polices: []\n`,
    finding:
      'drey.yaml:4:1: polices: expected one of apiVersion, kind, listen, telemetry, tick, store, policies, sources, ' +
      'platforms, limits, log, api, found unknown key "polices"; did you mean "policies"?',
  },
  {
    name: 'an unknown key in a policy',
    policy: `${POLICY}spec:\n  safety:\n    coolDown: 5m\n`,
    finding:
      'policy.yaml:6:5: spec.safety.coolDown: expected one of cooldown, budget, massFailure, windows, approval, ' +
      'found unknown key "coolDown"; did you mean "cooldown"?',
  },
  {
    name: 'an enumerated value that is none',
    policy: `${POLICY}spec: {mode: Observ}\n`,
    finding:
      'policy.yaml:4:14: spec.mode: expected one of Observe, Approve, Act, found "Observ"; did you mean "Observe"?',
  },
  {
    name: 'a lower bound above the upper one',
    policy: `${POLICY}spec:\n  autoscale:\n    parallelism:\n      min: 20\n      max: 10\n`,
    finding: 'policy.yaml:7:12: spec.autoscale.parallelism.min: expected at most max, which is 10, found 20',
  },
  {
    name: 'a utilization out of bounds',
    policy: `${POLICY}spec: {autoscale: {utilization: 0.99}}\n`,
    finding: 'policy.yaml:4:33: spec.autoscale.utilization: expected a number from 0.3 to 0.95, found 0.99',
  },
  {
    name: 'a bad duration in the configuration',
    config: `${HEAD}tick: 15 seconds\n${SOURCES}`,
    finding: `drey.yaml:3:7: tick: expected ${DURATION}, from 1s to 5m, found "15 seconds"`,
  },
  {
    name: 'a bad duration in a policy',
    policy: `${POLICY}spec: {safety: {cooldown: 300}}\n`,
    finding: `policy.yaml:4:27: spec.safety.cooldown: expected ${DURATION}, from 0s to 24h, found 300`,
  },
  {
    name: 'a YAML syntax error',
    config: `${HEAD}sources: {prometheus: {url: http://127.0.0.1:9090}\ntick: 5s\n`,
    finding:
      'drey.yaml:4:1: tick: expected valid YAML, found "Flow map in block collection must be sufficiently indented and end with a }"',
  },
  {
    name: 'a key that stands twice',
    policy: `${POLICY}spec:\n  mode: Act\n  mode: Observe\n`,
    finding: 'policy.yaml:6:3: spec.mode: expected each key once, found "mode" a second time',
  },
  {
    name: 'an unknown kind',
    config: `apiVersion: drey.dev/v1alpha1\nkind: DreyConf\n${SOURCES}`,
    finding: 'drey.yaml:2:7: kind: expected KINDS, found "DreyConf"; did you mean "DreyConfig"?',
  },
  {
    name: 'a pattern that is no RE2',
    policy: `${POLICY}spec: {autoscale: {vertices: [{match: "(a", max: 3}]}}\n`,
    finding:
      'policy.yaml:4:39: spec.autoscale.vertices[0].match: expected an RE2 pattern such as "Source: .*", found "(a"',
  },
  {
    name: 'a part that this version does not carry out',
    policy: `${POLICY}spec: {mode: Approve}\n`,
    finding:
      'policy.yaml:4:14: spec.mode: expected one of Observe, Act, found "Approve", which is not supported by this version',
  },
];

let drey: Drey;
beforeAll(async () => {
  drey = await buildDrey();
}, 120_000);
afterAll(() => drey.remove());

/** Files of a case: the bad one, and the configuration that `drey run` is given. */
function filesOf({ name, config, policy = '' }: Case): { bad: string; main: string; files: Record<string, string> } {
  const id = name.replaceAll(/\W/g, '-');
  const [bad, main] = [`${id}-bad.yaml`, `${id}-main.yaml`];
  if (config !== undefined) return { bad, main: bad, files: { [bad]: config } };
  return { bad, main, files: { [bad]: policy, [main]: `${HEAD}policies: [${bad}]\n${SOURCES}` } };
}

const findingIn = (file: string, { finding }: Case, kinds: string): string =>
  finding.replace(/^(drey|policy)\.yaml/, file).replace('KINDS', kinds);

describe('a bad file is refused before anything runs', () => {
  it.each(cases)('drey run: $name', { timeout: 120_000 }, async (it) => {
    const { bad, main, files } = filesOf(it);
    await drey.write(files);
    const { code, out, err } = await drey.run(['run', '--config', main]);
    const [first, last] = err.split('\n');
    expect(first).toBe(findingIn(bad, it, 'DreyConfig'));
    expect(last).toMatch(/^DREY-INVALID: .*: 1 finding, nothing was started; hint: /);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(existsSync(join(drey.folder, 'state'))).toBe(false);
  });

  it('drey lint: all of them, in the order of the files', { timeout: 120_000 }, async () => {
    const all = cases.map(filesOf);
    for (const { files } of all) await drey.write(files);
    const { code, out, err } = await drey.run(['lint', ...all.map((it) => it.bad)]);
    const kinds = 'one of DreyConfig, FlinkPolicy, ClusterFlinkPolicy';
    expect(out.trimEnd().split('\n')).toEqual(cases.map((it) => findingIn(filesOf(it).bad, it, kinds)));
    expect({ code, err }).toEqual({ code: 1, err: '' });
  });

  it('tells every finding of every file at once', { timeout: 120_000 }, async () => {
    await drey.write({
      'many.yaml': `${HEAD}policies: [first.yaml, gone.yaml, second.yaml]\n${SOURCES}`,
      'first.yaml': `${POLICY}spec: {mode: Act, autoscale: {utilization: 2, maxLag: 0s}}\n`,
      'second.yaml': `${POLICY}spec: {}\n---\n${POLICY}spec: {}\n`,
    });
    const { code, err } = await drey.run(['run', '--config', 'many.yaml']);
    expect(code).toBe(2);
    expect(err.split('\n').slice(0, -2).sort()).toEqual([
      `first.yaml:4:44: spec.autoscale.utilization: expected a number from 0.3 to 0.95, found 2`,
      `first.yaml:4:55: spec.autoscale.maxLag: expected ${DURATION}, from 1s to 168h, found "0s"`,
      'many.yaml:3:24: policies[1]: expected a file with policies, found gone.yaml: no such file',
      'second.yaml:8:18: metadata.name: expected a name that no other policy has, found a second FlinkPolicy local/topup',
    ]);
  });

  it('exits 2 for a file that is not there', { timeout: 120_000 }, async () => {
    const line = 'DREY-FILE-UNREADABLE: nowhere.yaml: no such file; hint: check the path and its permissions\n';
    expect(await drey.run(['run', '--config', 'nowhere.yaml'])).toEqual({ code: 2, out: '', err: line });
    await drey.write({ 'bad-kind.yaml': 'kind: x\n' });
    expect(await drey.run(['lint', 'nowhere.yaml', 'bad-kind.yaml'])).toEqual({
      code: 2,
      out: 'bad-kind.yaml:1:1: apiVersion: expected drey.dev/v1alpha1, found nothing\n',
      err: line,
    });
  });

  it('writes JSON alone to standard output', { timeout: 120_000 }, async () => {
    const { code, out } = await drey.run(['lint', '--json', '-'], { stdin: `${POLICY}spec: {mode: act}\n` });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      findings: [
        {
          file: '<stdin>',
          line: 4,
          column: 14,
          path: 'spec.mode',
          expected: 'one of Observe, Approve, Act',
          found: '"act"',
          suggestion: 'Act',
        },
      ],
    });
  });

  it('names the variable of the environment that is wrong', { timeout: 120_000 }, async () => {
    await drey.write({ 'env.yaml': `${HEAD}${SOURCES}` });
    const env = { DREY_TICK: 'soon', DREY_LISTN: 'x', DREY_LIMITS_MASS_FAILURE_SHARE: '7' };
    const { code, err } = await drey.run(['run', '--config', 'env.yaml'], { env });
    expect(code).toBe(2);
    expect(err.split('\n').slice(0, -2)).toEqual([
      'DREY_LISTN:1:1: .: expected a variable that stands for a key of the configuration, found DREY_LISTN; did you mean "DREY_LISTEN"?',
      `DREY_TICK:1:1: tick: expected ${DURATION}, from 1s to 5m, found "soon"`,
      'DREY_LIMITS_MASS_FAILURE_SHARE:1:1: limits.massFailure.share: expected a number from 0.01 to 1, found 7',
    ]);
  });
});
