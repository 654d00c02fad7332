import { describe, expect, it } from 'vitest';
import { checkQuery, type QueryLanguage, type QueryScope } from './query.ts';

const SCOPE: QueryScope = { namespaceLabel: 'namespace', namespace: 'payments', matchers: {} };
const M = 60_000;
const H = 60 * M;
const NS = 'namespace="payments"';
const OWN = 'a selector inside namespace "payments" (leave the matcher out, Drey adds it)';

function say(language: QueryLanguage, query: string, scope = SCOPE): string {
  const checked = checkQuery(language, query, scope);
  if (checked.ok) return `${checked.windowMs / M}m ${checked.query}`;
  const { expected, found, suggestion } = checked.problem;
  return `expected ${expected}, found ${found}${suggestion === null ? '' : `; ${suggestion}?`}`;
}

describe('PromQL is bound to its namespace', () => {
  it.each([
    ['up', `up{${NS}}`],
    ['up{}', `up{${NS}}`],
    ['up{a="b",}', `up{${NS},a="b",}`],
    ['{__name__="up"}', `{${NS},__name__="up"}`],
    ['{"metric.name", "ns.x"="b"}', `{${NS},"metric.name", "ns.x"="b"}`],
    ['sum by (a, le) (x) > on(a) group_left(c) d', `sum by (a, le) (x{${NS}}) > on(a) group_left(c) d{${NS}}`],
    ['a and on(b) c unless d or vector(0)', `a{${NS}} and on(b) c{${NS}} unless d{${NS}} or vector(0)`],
    ['up{a="} or b{"}', `up{${NS},a="} or b{"}`],
    ["up{a='b\"'}", `up{${NS},a='b"'}`],
    ['up{a=`b\\`}', `up{${NS},a=\`b\\\`}`],
    ['up # } or a{\n or # c\n b', `up{${NS}} \n or \n b{${NS}}`],
    // Prometheus ends a comment at a carriage return, the grammar does not.
    ['up # \r or b', `up{${NS}} `],
    ['sum', `sum{${NS}}`],
    ['count{a="b"} AND bottomk', `count{${NS},a="b"} AND bottomk{${NS}}`],
    ['x{namespace="payments"}', `x{${NS}}`],
    ['x{"namespace"="payments", a="b"}', 'x{"namespace"="payments", a="b"}'],
    ['absent(up{a=""})', `absent(up{${NS},a=""})`],
  ])('%s', (query, bound) => {
    expect(say('promql', query)).toBe(`0m ${bound}`);
  });

  it.each([
    ['x{namespace="other"}', `expected ${OWN}, found namespace="other" at 1:3 of the query`],
    ['x{namespace!="other"}', `expected ${OWN}, found namespace!="other" at 1:3 of the query`],
    ['x{namespace=~"payments"}', `expected ${OWN}, found namespace=~"payments" at 1:3 of the query`],
    ['x{namespace!~"other"}', `expected ${OWN}, found namespace!~"other" at 1:3 of the query`],
    ['x{a="b",\n "namespace"="other"}', `expected ${OWN}, found namespace="other" at 2:2 of the query`],
    ['{"name\\x73pace"="other"}', `expected ${OWN}, found namespace="other" at 1:2 of the query`],
    ['a + rate(b{namespace=""}[5m])', `expected ${OWN}, found namespace="" at 1:12 of the query`],
    ['{}', 'expected a selector that picks something, found one that picks everything at 1:1 of the query'],
    ['vector(1)', 'expected a query that selects something, found no selector at 1:1 of the query'],
    [
      'label_replace(x, "namespace", "$1", "a", "(.*)")',
      'expected another label than namespace, which Drey adds, found "namespace" at 1:18 of the query',
    ],
    [
      'label_join(x, "namespace", "", "a")',
      'expected another label than namespace, which Drey adds, found "namespace" at 1:15 of the query',
    ],
    [
      'count_values("namespace", x)',
      'expected another label than namespace, which Drey adds, found "namespace" at 1:14 of the query',
    ],
  ])('%s is refused', (query, said) => {
    expect(say('promql', query)).toBe(said);
  });

  it('adds every label of the scope, whatever its name and value', () => {
    const scope = { ...SCOPE, matchers: { 'k8s.cluster': 'a"\\b\n\u0000é😀} or up{' } };
    expect(say('promql', 'up', scope)).toBe(
      String.raw`0m up{"k8s.cluster"="a\"\\b\u000a\u0000\u00e9\U0001f600} or up{",namespace="payments"}`,
    );
    expect(say('promql', 'up{"k8s.cluster"="b"}', { ...SCOPE, matchers: { 'k8s.cluster': 'a' } })).toBe(
      'expected a selector inside k8s.cluster "a" (leave the matcher out, Drey adds it), found k8s.cluster="b" at 1:4 of the query',
    );
  });

  it('leaves the namespaces of a cluster policy alone', () => {
    const scope = { ...SCOPE, namespace: null };
    expect(say('promql', 'x{namespace=~"a|b"} # c', scope)).toBe('0m x{namespace=~"a|b"} ');
    expect(say('promql', '{a=~".*"}', scope)).toContain('picks everything');
  });
});

describe('PromQL yields an instant vector', () => {
  const RANGE = 'a range vector (wrap it in rate(), increase() or …_over_time())';
  it.each([
    ['x[5m]', `expected an instant vector, found ${RANGE} at 1:1 of the query`],
    ['(x[5m:1m])', `expected an instant vector, found ${RANGE} at 1:2 of the query`],
    ['a + b[5m]', 'expected an instant vector or a scalar, found a range vector at 1:5 of the query'],
    ['1 + 1', 'expected an instant vector, found a scalar at 1:1 of the query'],
    ['"x"', 'expected an instant vector, found a string at 1:1 of the query'],
    ['time() > bool 1', 'expected an instant vector, found a scalar at 1:1 of the query'],
    ['x + (1 < 2)', 'expected < bool, as both sides are scalars, found < at 1:8 of the query'],
    ['x + bool y', 'expected bool after a comparison alone, found + bool at 1:3 of the query'],
    ['x or 5', 'expected an instant vector, found a scalar at 1:6 of the query'],
    ['rate(x)', 'expected a range vector in rate(), found an instant vector at 1:6 of the query'],
    ['abs(x[5m])', 'expected an instant vector in abs(), found a range vector at 1:5 of the query'],
    ['sum(x[5m])', 'expected an instant vector in sum(), found a range vector at 1:5 of the query'],
    ['sum(1)', 'expected an instant vector in sum(), found a scalar at 1:5 of the query'],
    ['-x[5m]', 'expected an instant vector or a scalar after a sign, found a range vector at 1:2 of the query'],
    ['topk(x)', 'expected 2 arguments of topk(), found 1 at 1:1 of the query'],
    ['round(x, 1, 2)', 'expected 1 or 2 arguments of round(), found 3 at 1:1 of the query'],
    ['label_join(x, "a")', 'expected 3 or more arguments of label_join(), found 2 at 1:1 of the query'],
    ['rat(x[5m])', 'expected a function of PromQL, found rat() at 1:1 of the query; rad?'],
    ['ratee(x[5m])', 'expected a function of PromQL, found ratee() at 1:1 of the query; rate?'],
    ['info(x)', 'expected PromQL that needs no feature flag, found info() at 1:1 of the query'],
    ['limitk(2, x)', 'expected PromQL that needs no feature flag, found limitk() at 1:1 of the query'],
    ['a + fill(0) b', 'expected PromQL that needs no feature flag, found fill() at 1:5 of the query'],
    ['x smoothed', 'expected PromQL that needs no feature flag, found smoothed at 1:3 of the query'],
    ['x @ 5', 'expected a query without @, as evidence must have a known age, found @ at 1:3 of the query'],
    [
      'rate(x[5m] @ end())',
      'expected a query without @, as evidence must have a known age, found @ at 1:12 of the query',
    ],
    ['x offset -1h', 'expected a duration into the past such as 5m, found "-1h" at 1:10 of the query'],
    ['rate(x[0s])', 'expected a duration into the past such as 5m, found "0s" at 1:8 of the query'],
    ['rate(x[5m + 1m])', 'expected a duration into the past such as 5m, found "5m + 1m" at 1:8 of the query'],
    [
      'rate(x offset 5m [5m])',
      'expected a range right behind a selector, found "x offset 5m [5m]" at 1:19 of the query',
    ],
    ['sum(x) offset 5m', 'expected one offset, right behind a selector or subquery, found offset at 1:8 of the query'],
    [
      'x offset 5m offset 5m',
      'expected one offset, right behind a selector or subquery, found offset at 1:13 of the query',
    ],
    ['rate(x[25h])', 'expected a look back of at most 24h, found 25h at 1:1 of the query'],
    ['up{a=~"("}', 'expected an RE2 pattern, found "(" at 1:4 of the query'],
    ['up{__name__="b"}', 'expected one name of a metric, found a second one, "b" at 1:4 of the query'],
  ])('%s is refused', (query, said) => {
    expect(say('promql', query)).toBe(said);
  });

  it.each([
    ['', 'expected valid PromQL, found the end at 1:1 of the query'],
    ['up{', 'expected valid PromQL, found the end at 1:4 of the query'],
    ['a b', 'expected valid PromQL, found "b" at 1:3 of the query'],
    ['sum by (a)\n  (rate(x[5m)', 'expected valid PromQL, found ")" at 2:13 of the query'],
    ['x{a=b}', 'expected valid PromQL, found "b}" at 1:5 of the query'],
    ['up{a="b', 'expected a string with an end and with escapes that Go knows, found "\\"b" at 1:6 of the query'],
    [
      'up{a="\\q"}',
      'expected a string with an end and with escapes that Go knows, found "\\"\\\\q\\"" at 1:6 of the query',
    ],
    [
      'up{a="\\xc3"}',
      'expected a string with an end and with escapes that Go knows, found "\\"\\\\xc3\\"" at 1:6 of the query',
    ],
    ['up\u00a0', 'expected ASCII outside of strings, found "\u00a0" at 1:3 of the query'],
    ['up\r', 'expected ASCII outside of strings, found "\\r" at 1:3 of the query'],
  ])('%j is refused', (query, said) => {
    expect(say('promql', query)).toBe(said);
  });

  it.each([
    ['x', 0],
    ['rate(x[5m]) > 0', 5 * M],
    ['rate(x[300])', 5 * M],
    ['rate(x[1h30m] offset 1h)', 2.5 * H],
    ['a + b offset 5m * 2', 5 * M],
    ['-b offset 5m', 5 * M],
    ['rate(a[5m]) > b offset 1h and c', H],
    ['max_over_time(rate(x[1m])[1h:30s] offset 5m)', 66 * M],
    ['absent_over_time(x[1d])', 24 * H],
    ['sum(rate(x[2m])) / max(max_over_time(y[10m]))', 10 * M],
    ['rate((x[5m]))', 5 * M],
    ['x ^ 2 ^ 3 == bool 1', 0],
    ['clamp(x, 0, scalar(max(y offset 1m)))', M],
  ])('%s looks back %d ms', (query, windowMs) => {
    expect(checkQuery('promql', query, SCOPE)).toMatchObject({ ok: true, windowMs });
  });
});
