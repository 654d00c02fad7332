import { expect, it } from 'vitest';
import { DEFAULT_SOURCES } from '../policy/rules.ts';
import { formatPath } from './finding.ts';
import { checkResource } from './resource.ts';

const page = [{ action: 'Page' }];
const when = { promql: 'x' };

function issuesOf(rules: readonly object[], sources = DEFAULT_SOURCES): readonly string[] {
  const document = {
    apiVersion: 'drey.dev/v1alpha1',
    kind: 'FlinkPolicy',
    metadata: { name: 'p', namespace: 'payments' },
    spec: { heal: { rules } },
  };
  const checked = checkResource(document, undefined, sources);
  if (checked.ok) return [];
  return checked.issues.map(({ path, expected, found, suggestion }) => {
    const guess = suggestion === null ? '' : `; ${suggestion}?`;
    return `${formatPath(path).replace('spec.heal.rules', '')}: expected ${expected}, found ${found}${guess}`;
  });
}

const ACTIONS =
  'one of Wait, Rescale, ScaleTaskManagers, TriggerCheckpoint, TriggerSavepoint, RestartTaskManager, RestartJobManager, ' +
  'RestartFromCheckpoint, RecreateCluster, RecreateResource, Rollback, Suspend, Resume, Page';
const NAME = 'a name of at most 63 letters, digits and "-", a letter first';

it.each([
  [
    'PromQL syntax',
    [{ name: 'a', when: { promql: 'rate(x[5m)' }, ladder: page }],
    '[0].when.promql: expected valid PromQL, found ")" at 1:10 of the query',
  ],
  [
    'LogQL syntax',
    [{ name: 'a', when: { logql: 'count_over_time({a="b" [1m])' }, ladder: page }],
    '[0].when.logql: expected valid LogQL, found "[1m])" at 1:24 of the query',
  ],
  [
    'a range vector',
    [{ name: 'a', when: { promql: 'x[5m]' }, ladder: page }],
    '[0].when.promql: expected an instant vector, found a range vector (wrap it in rate(), increase() or …_over_time()) ' +
      'at 1:1 of the query',
  ],
  [
    'a log query',
    [{ name: 'a', when: { logql: '{a="b"} |= "x"' }, ladder: page }],
    '[0].when.logql: expected a metric query such as count_over_time({…} |= "…" [1m]), found a log query at 1:1 of the query',
  ],
  [
    'another namespace',
    [
      { name: 'ok', when, ladder: page },
      { name: 'a', when: { promql: 'x{namespace="b"}' }, ladder: page },
    ],
    '[1].when.promql: expected a selector inside namespace "payments" (leave the matcher out, Drey adds it), ' +
      'found namespace="b" at 1:3 of the query',
  ],
  [
    'a function that is none',
    [{ name: 'a', when: { promql: 'ratee(x[5m])' }, ladder: page }],
    '[0].when.promql: expected a function of PromQL, found ratee() at 1:1 of the query; rate?',
  ],
  [
    'an action on what is absent',
    [
      { name: 'a', when: { promql: 'sum(absent(x{job_name="a"})) or y' }, ladder: [{ action: 'RecreateCluster' }] },
      { name: 'b', when: { promql: 'absent_over_time(x{job_name="a"}[5m])' }, ladder: page },
      { name: 'c', when: { promql: 'x > 0 unless absent(y)' }, ladder: [{ action: 'RecreateCluster' }] },
    ],
    '[0].when.promql: expected a query on what is there, or a ladder of Page alone, as absence proves nothing, ' +
      'found one on what is absent, and RecreateCluster',
  ],
  [
    'an action on lines that do not come',
    [
      {
        name: 'a',
        when: { logql: 'absent_over_time({pod="a"}[5m])' },
        ladder: [{ action: 'RestartTaskManager' }, ...page],
      },
    ],
    '[0].when.logql: expected a query on what is there, or a ladder of Page alone, as absence proves nothing, ' +
      'found one on what is absent, and RestartTaskManager',
  ],
  [
    'an unknown action',
    [{ name: 'a', when, ladder: [{ action: 'RestartFromCheckpont' }] }],
    `[0].ladder[0].action: expected ${ACTIONS}, found "RestartFromCheckpont"; RestartFromCheckpoint?`,
  ],
  [
    'an action that needs a size',
    [{ name: 'a', when, ladder: [{ action: 'Rescale' }, ...page] }],
    '[0].ladder[0].action: expected an action that needs no size (spec.autoscale sizes jobs), found "Rescale"',
  ],
  [
    'Page in the middle',
    [{ name: 'a', when, ladder: [...page, { action: 'RecreateCluster' }] }],
    '[0].ladder[0].action: expected Page as the last action alone, found "Page" before another one',
  ],
  [
    'an empty ladder',
    [{ name: 'a', when, ladder: [] }],
    '[0].ladder: expected at least one action, or enabled: false, found an empty list',
  ],
  ['no ladder', [{ name: 'a', when }], '[0].ladder: expected at least one action, or enabled: false, found nothing'],
  ['no condition', [{ name: 'a', ladder: page }], '[0].when: expected a condition, or enabled: false, found nothing'],
  [
    'a duplicate name',
    [
      { name: 'a', when, ladder: page },
      { name: 'a', when, ladder: page },
    ],
    '[1].name: expected a name that no other rule of the policy has, found a second "a"',
  ],
  [
    'a switch for nothing',
    [{ name: 'RestartsLoop', enabled: false }],
    '[0].name: expected a built-in rule\'s name, as enabled: false alone switches one off, found "RestartsLoop"; RestartLoop?',
  ],
  ['a bad name', [{ name: 'a b', when, ladder: page }], `[0].name: expected ${NAME}, found "a b"`],
  [
    'a name of JavaScript',
    [{ name: 'constructor', when, ladder: page }],
    `[0].name: expected ${NAME}, found "constructor"`,
  ],
  ['a bad cause', [{ name: 'a', cause: 'a{', when, ladder: page }], `[0].cause: expected ${NAME}, found "a{"`],
  [
    "a built-in rule's cause",
    [{ name: 'a', cause: 'RestartsExhausted', when, ladder: page }],
    '[0].cause: expected a cause that no built-in rule stands for; the rule RestartsExhausted may be replaced by one of ' +
      'its name, found "RestartsExhausted"',
  ],
  [
    'a cause of sizing',
    [{ name: 'UnderProvisioned', when, ladder: page }],
    '[0].name: expected a cause that no built-in rule stands for, found "UnderProvisioned"',
  ],
  [
    'an alert',
    [{ name: 'a', when: { alert: { name: 'x' } }, ladder: page }],
    '[0].when.alert: expected one of promql, logql, symptom, found alert, which is not supported by this version',
  ],
  [
    'two conditions',
    [{ name: 'a', when: { promql: 'x', logql: 'y' }, ladder: page }],
    '[0].when: expected exactly one of promql, logql, alert, symptom, found a mapping',
  ],
  [
    'a long for',
    [{ name: 'a', when: { promql: 'x', for: '25h' }, ladder: page }],
    '[0].when.for: expected a duration such as 15s or 1h30m, from 0s to 24h, found "25h"',
  ],
])('a rule with %s is refused', (_, rules, said) => {
  expect(issuesOf(rules)).toEqual([said]);
});

it('a symptom that nothing tells yet is refused', () => {
  const [said, ...more] = issuesOf([{ name: 'a', when: { symptom: 'LagGrowing' }, ladder: page }]);
  expect(said).toMatch(
    /^\[0\]\.when\.symptom: expected one of JobFailed, .*, found "LagGrowing", which is not supported/,
  );
  expect(more).toEqual([]);
});

it('a query on logs wants Loki', () => {
  const rule = { name: 'a', when: { logql: 'rate({a="b"}[1m])' }, ladder: page };
  expect(issuesOf([rule, { ...rule, name: 'b', enabled: false }], { ...DEFAULT_SOURCES, logql: null })).toEqual([
    '[0].when.logql: expected sources.loki in the configuration, found a query without it',
  ]);
  expect(issuesOf([rule])).toEqual([]);
});

it.each([
  ['a ladder of Page alone', [{ name: 'a', when, ladder: [{ action: 'Page', within: '1m' }] }]],
  ['a built-in rule switched off', [{ name: 'JobUnseen', enabled: false }]],
  ['a rule at rest', [{ name: 'a', enabled: false, when, ladder: page }]],
  ['a built-in rule replaced', [{ name: 'JobUnseen', when, ladder: page }]],
  [
    'the cause of one that is off',
    [
      { name: 'JobUnseen', enabled: false },
      { name: 'a', cause: 'JobUnseen', when, ladder: page },
    ],
  ],
])('%s is fine', (_, rules) => {
  expect(issuesOf(rules)).toEqual([]);
});
