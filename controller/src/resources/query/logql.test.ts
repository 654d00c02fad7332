import { describe, expect, it } from 'vitest';
import { checkQuery, type QueryScope } from './query.ts';

const SCOPE: QueryScope = { namespaceLabel: 'namespace', namespace: 'payments', matchers: {} };
const M = 60_000;
const NS = 'namespace="payments"';
const OWN = 'a selector inside namespace "payments" (leave the matcher out, Drey adds it)';
const METRIC = 'a metric query such as count_over_time({…} |= "…" [1m])';

function say(query: string, scope = SCOPE): string {
  const checked = checkQuery('logql', query, scope);
  if (checked.ok) return `${checked.windowMs / M}m ${checked.query}`;
  const { expected, found, suggestion } = checked.problem;
  return `expected ${expected}, found ${found}${suggestion === null ? '' : `; ${suggestion}?`}`;
}

describe('LogQL is bound to its namespace', () => {
  it.each([
    ['count_over_time({a="b"} |= "x" [1m])', `1m count_over_time({${NS},a="b"} |= "x" [1m])`],
    ['count_over_time({a!="b"}[1m] |= "x")', `1m count_over_time({${NS},a!="b"}[1m] |= "x")`],
    ['rate(({a="b"} |= "x")[1m] offset 5m)', `6m rate(({${NS},a="b"} |= "x")[1m] offset 5m)`],
    ['rate({a="b"} # } or {\n [1m])', `1m rate({${NS},a="b"} \n [1m])`],
    [
      'count_over_time({a=`{"b"}`} |~ `[{"]` != "} \\" {" or "q" !~ "z{2}" | json | line_format "{{.x}}" [1m])',
      `1m count_over_time({${NS},a=\`{"b"}\`} |~ \`[{"]\` != "} \\" {" or "q" !~ "z{2}" | json | line_format "{{.x}}" [1m])`,
    ],
    [
      'sum by (pod) (sum_over_time({a="b"} | logfmt | unwrap duration(y) | __error__="" [2m])) > 5 or vector(0)',
      `2m sum by (pod) (sum_over_time({${NS},a="b"} | logfmt | unwrap duration(y) | __error__="" [2m])) > 5 or vector(0)`,
    ],
    [
      'rate({a="b"}[1m]) / on(x) group_left(z) rate({a=`c`, b!~"x"}[5m])',
      `5m rate({${NS},a="b"}[1m]) / on(x) group_left(z) rate({${NS},a=\`c\`, b!~"x"}[5m])`,
    ],
    ['rate({a="b"}[1m]) unless rate({c="d"}[1h])', `60m rate({${NS},a="b"}[1m]) unless rate({${NS},c="d"}[1h])`],
    ['rate({a="b"}[1m]) or 5 * rate({a="c"}[1m])', `1m rate({${NS},a="b"}[1m]) or 5 * rate({${NS},a="c"}[1m])`],
    [
      'quantile_over_time(0.9, {a="b"} | unwrap x [1m]) by (y)',
      `1m quantile_over_time(0.9, {${NS},a="b"} | unwrap x [1m]) by (y)`,
    ],
    ['topk(5, absent_over_time({a="b"}[1d]))', `1440m topk(5, absent_over_time({${NS},a="b"}[1d]))`],
    ['(rate({namespace="payments"}[1m]))', `1m (rate({${NS}}[1m]))`],
    [
      'rate({a="b"} | label_format x=namespace | namespace="other" [1m])',
      `1m rate({${NS},a="b"} | label_format x=namespace | namespace="other" [1m])`,
    ],
  ])('%s', (query, said) => {
    expect(say(query)).toBe(said);
  });

  it.each([
    ['rate({namespace="other"}[1m])', `${OWN}, found namespace="other" at 1:7`],
    ['rate({a="b"}[1m]) or rate({a="b",namespace=~".+"}[1m])', `${OWN}, found namespace=~".+" at 1:34`],
    ['rate({namespace!="x"}[1m])', `${OWN}, found namespace!="x" at 1:7`],
    ['vector(1)', 'a query that selects something, found no selector at 1:1'],
    [
      'rate({a="b"} | label_format namespace=`x` [1m])',
      'another label than namespace, which Drey adds, found "namespace" at 1:29',
    ],
    [
      'label_replace(rate({a="b"}[1m]), "namespace", "$1", "a", "(.*)")',
      'another label than namespace, which Drey adds, found "namespace" at 1:34',
    ],
  ])('%s is refused', (query, said) => {
    expect(say(query)).toBe(`expected ${said} of the query`);
  });

  it('adds every label of the scope, and says so when LogQL has no word for it', () => {
    const scope = { ...SCOPE, matchers: { cluster: 'a"\\b\n` }' } };
    expect(say('rate({a="b"}[1m])', scope)).toBe(
      String.raw`1m rate({cluster="a\"\\b\u000a` + '` }",namespace="payments",a="b"}[1m])',
    );
    expect(say('rate({a="b"}[1m])', { ...SCOPE, matchers: { 'k8s.cluster': 'a' } })).toBe(
      'expected labels that LogQL can name, found k8s.cluster, namespace at 1:1 of the query',
    );
  });

  it('wants a cluster policy to pick something', () => {
    expect(say('rate({a=~".*"}[1m])', { ...SCOPE, namespace: null })).toContain('picks everything');
  });
});

describe('LogQL is a metric query', () => {
  it.each([
    ['{a="b"}', `${METRIC}, found a log query at 1:1`],
    ['{a="b"} |= "x" | json', `${METRIC}, found a log query at 1:1`],
    ['rate({a="b"}[1m]) + {a="b"}', `${METRIC}, found a log query at 1:21`],
    ['1 + 1', `${METRIC}, found a number at 1:1`],
    ['rate({a="b"}[1m]) or 5', 'a metric query beside or, found a number at 1:22'],
    ['sum(1)', 'a metric query in sum(), found a number at 1:5'],
    ['rate({a="b"})', 'valid LogQL, found ")" at 1:13'],
    ['rate({}[1m])', 'valid LogQL, found "}[1m])" at 1:7'],
    ["rate({a='b'}[1m])", 'valid LogQL, found "\'b\'}[1m])" at 1:9'],
    ['rate({a="b}[1m])', 'valid LogQL, found "\\"b}[1m])" at 1:9'],
    ['max_over_time(rate({a="b"}[1m])[5m:1m])', 'valid LogQL, found "rate({a=\\"b\\"}[1m])[5m:1m])" at 1:15'],
    ['cout_over_time({a="b"}[1m])', 'a function of LogQL, found cout_over_time() at 1:1'],
    ['rate({a="b"}[2d])', 'a look back of at most 24h, found 48h at 1:1'],
    ['rate({a="b"}[1m] offset -5m)', 'a duration into the past such as [1m], found "offset -5m" at 1:18'],
    ['rate({a="b"}[0s])', 'a duration into the past such as [1m], found "[0s]" at 1:13'],
    ['rate({a="b"}[ 1m ])', 'a duration into the past such as [1m], found "[ 1m ]" at 1:13'],
    ['sum_over_time({a="b"}[1m])', 'unwrap in sum_over_time(), found none at 1:1'],
    ['count_over_time({a="b"} | unwrap x [1m])', 'count_over_time() without unwrap, found unwrap at 1:25'],
    ['rate({a="b"}[1m]) by (x)', 'rate() without by and without, found by (x) at 1:19'],
    ['topk(rate({a="b"}[1m]))', 'a number as first argument of topk(), found none at 1:1'],
    ['sum(2, rate({a="b"}[1m]))', 'no number in sum(), found 2 at 1:5'],
    ['rate({a=~"("}[1m])', 'an RE2 pattern, found "(" at 1:7'],
    ['rate({a="b"} |= "x" |~ `(` [1m])', 'an RE2 pattern, found "(" at 1:24'],
    ['rate({a="b"} | json | x=~"(" [1m])', 'an RE2 pattern, found "(" at 1:23'],
    ['rate({a="b"} | regexp "(" [1m])', 'an RE2 pattern, found "(" at 1:23'],
    ['approx_count_distinct(x, {a="b"}[1m])', 'a function of LogQL, found approx_count_distinct() at 1:1'],
  ])('%s is refused', (query, said) => {
    const words = say(query).replace(/; \w+\?$/, '');
    expect(words).toBe(`expected ${said} of the query`);
  });
});

describe('the lines behind a query', () => {
  it.each([
    ['sum by (pod) (count_over_time({a="b"} |= "x" | json [1m])) > 0', `{${NS},a="b"} |= "x" | json`],
    ['rate(({a="b"} |= "x")[1m] offset 5m)', `{${NS},a="b"} |= "x"`],
    ['count_over_time({a!="b"}[1m] |= "x")', `{${NS},a!="b"} |= "x"`],
    ['sum_over_time({a="b"} | logfmt | unwrap ms [1m]) or rate({c="d"}[1m])', `{${NS},a="b"} | logfmt`],
    ['count_over_time({a="b"}[1m])', `{${NS},a="b"}`],
  ])('%s', (query, lines) => {
    expect(checkQuery('logql', query, SCOPE)).toMatchObject({ ok: true, lines });
    expect(checkQuery('logql', `count_over_time(${lines}[1m])`, SCOPE)).toMatchObject({ ok: true });
  });
});
