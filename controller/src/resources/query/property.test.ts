import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOGQL, logSelectors } from './logql.ts';
import { PROMQL, promSelectors } from './promql.ts';
import { checkQuery, type QueryLanguage, type QueryScope } from './query.ts';
import type { Selector } from './scope.ts';
import { readString, writeString } from './strings.ts';
import { parseQuery } from './syntax.ts';

/** Pieces by which a value could end its string, its selector or its line. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        '`',
        '\\',
        '{',
        '}',
        '#',
        '\n',
        '\r',
        '\0',
        '\u2028',
        ' or up{',
        '\\"',
        '$1',
        '{{.}}',
        '\ud800',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));
/** Half a surrogate pair is no text. */
const wellFormed = (value: string): string => Buffer.from(value).toString();
const text = hostile.map(wellFormed);

const label = fc.constantFrom('a', 'pod', 'le', '__x', 'on', 'By');
const quotes = fc.oneof(
  text.map(writeString),
  text.map((it) => `'${writeString(it).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`),
  text.map((it) => `\`${it.replaceAll(/[`\0\ufffd]/g, '')}\``),
);
const gap = fc.constantFrom('', ' ', '\n', ' # } or up{a="b"}\n', '\t#"`\r\n ');

const promMatcher = fc.oneof(
  fc.tuple(label, fc.constantFrom('=', '!='), quotes).map(([name, operator, value]) => `${name}${operator}${value}`),
  fc.tuple(quotes, quotes).map(([name, value]) => `${name}=${value}`),
  fc.constant('namespace="own"'),
);
const promSelector = fc.oneof(
  fc.constantFrom('up', 'sum', 'x:y:rate5m', 'offset_', 'by'),
  fc
    .tuple(fc.constantFrom('up', 'count', 'bool_'), gap, fc.array(promMatcher, { maxLength: 3 }), gap)
    .map(([name, before, matchers, between]) => `${name}${before}{${between}${matchers.join(`,${between}`)}}`),
  promMatcher.map((it) => `{__name__="x",${it}}`),
  quotes.map((it) => `{${it}}`),
);
const promql = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'query' },
    promSelector,
    promSelector.map((it) => `rate(${it}[5m] offset 1m)`),
    promSelector.map((it) => `${it} offset 5m`),
    fc.tuple(tie('query'), gap).map(([it, space]) => `sum${space} by (pod) (${it})`),
    tie('query').map((it) => `max_over_time((${it})[1h:1m])`),
    tie('query').map((it) => `label_replace(${it}, "a", "$1", "b", "(.*)}{")`),
    fc
      .tuple(
        tie('query'),
        gap,
        fc.constantFrom('+', 'and on(a)', 'or', 'unless', '> bool', '* on(a) group_left(b)'),
        tie('query'),
      )
      .map(([left, space, operator, right]) => `(${left})${space} ${operator} (${right})`),
  ),
})).query;

const logMatcher = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'pod', 'app'), fc.constantFrom('=', '!='), text.map(writeString))
    .map((it) => it.join('')),
  fc.constant('namespace="own"'),
);
const logSelector = fc
  .tuple(fc.array(logMatcher, { minLength: 1, maxLength: 3 }), gap)
  .map(([matchers, space]) => `{${space}${matchers.join(`,${space}`)}${space}}`);
const stage = fc.oneof(
  text.map((it) => ` |= ${writeString(it)}`),
  text.map((it) => ` != \`${it.replaceAll(/[`\0\ufffd]/g, '')}\``),
  text.map((it) => ` | json | line_format ${writeString(it)} | x=${writeString(it)}`),
  gap,
);
const logql = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'query' },
    fc.tuple(logSelector, stage).map(([selector, pipeline]) => `count_over_time(${selector}${pipeline} [5m])`),
    fc.tuple(logSelector, stage).map(([selector, pipeline]) => `rate(${selector} [5m] offset 1m${pipeline})`),
    tie('query').map((it) => `sum by (pod) (${it})`),
    tie('query').map((it) => `(${it}) > 5 or vector(0)`),
    fc
      .tuple(tie('query'), gap, fc.constantFrom('/', 'and', 'or', 'unless on(a)'), tie('query'))
      .map(([left, space, operator, right]) => `${left}${space} ${operator} ${right}`),
  ),
})).query;

const LANGUAGES = { promql: { ...PROMQL, of: promSelectors }, logql: { ...LOGQL, of: logSelectors } };
const selectorsIn = (language: QueryLanguage, query: string) =>
  LANGUAGES[language].of(parseQuery(LANGUAGES[language], query));

/** The query bound to a namespace and one more label. */
function bind(language: QueryLanguage, query: string, scope: QueryScope): string {
  const checked = checkQuery(language, query, scope);
  if (!checked.ok) throw new Error(`${query}: expected ${checked.problem.expected}, found ${checked.problem.found}`);
  return checked.query;
}

describe('any query', () => {
  it.each([
    ['promql', promql],
    ['logql', logql],
  ] as const)('of %s stays in its scope, whatever the values are', (language, queries) => {
    fc.assert(
      fc.property(queries, text, (query, cluster) => {
        const scope = { namespaceLabel: 'namespace', namespace: 'own', matchers: { cluster } };
        const bound = bind(language, query, scope);
        const [before, after] = [selectorsIn(language, query), selectorsIn(language, bound)];
        const forced = [`cluster=${cluster}`, 'namespace=own'];
        const shown = (it: Selector | undefined): readonly string[] =>
          (it?.matchers ?? []).map(({ label: name, operator, value }) => name + operator + value);
        expect(after.map((it) => shown(it).filter((one) => !forced.includes(one)))).toEqual(
          before.map((it) => shown(it).filter((one) => !forced.includes(one))),
        );
        expect(after.every((it) => forced.every((one) => shown(it).includes(one)))).toBe(true);
        expect(bind(language, bound, scope)).toBe(bound);
      }),
      { numRuns: 300 },
    );
  });

  it.each(['promql', 'logql'] as const)('of %s is taken or refused, whatever the text is', (language) => {
    const piece = fc.oneof(
      hostile,
      fc.constantFrom(
        'up',
        'rate(',
        '(',
        ')',
        '[5m]',
        '{a="b"}',
        '{',
        '}',
        ',',
        ' or ',
        ' offset ',
        '5m',
        'sum by ',
        ' | json ',
        '@',
        '=',
        '"x"',
        'count_over_time(',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const checked = checkQuery(language, pieces.join(''), { namespaceLabel: 'ns', namespace: 'own', matchers: {} });
        if (!checked.ok) return;
        const bound = selectorsIn(language, checked.query);
        expect(bound.every(({ matchers }) => matchers.some((it) => it.label === 'ns' && it.value === 'own'))).toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('takes 4,096 characters of anything in reasonable time', () => {
    for (const part of ['(', 'a+', '-', 'sum(', 'a[5m:', '{', 'a or ', 'x offset 5m ', '#\n', '"'])
      for (const language of ['promql', 'logql'] as const)
        checkQuery(language, part.repeat(4096 / part.length), { namespaceLabel: 'ns', namespace: 'own', matchers: {} });
    const taken = (language: QueryLanguage, query: string) =>
      checkQuery(language, query, { namespaceLabel: 'ns', namespace: 'own', matchers: {} });
    expect(taken('promql', `${'a+'.repeat(200)}a`)).toMatchObject({ ok: true });
    expect(taken('promql', `${'a+'.repeat(300)}a`)).toMatchObject({
      problem: { expected: 'a query of at most 250 levels' },
    });
    expect(taken('logql', `${'rate({a="b"}[1m])+'.repeat(80)}rate({a="b"}[1m])`)).toMatchObject({ ok: true });
    expect(taken('promql', `${'('.repeat(2000)}a${')'.repeat(2000)}`)).toMatchObject({ ok: false });
  });
});

it('strings are read as they were written', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const written = writeString(value);
      expect(written).toMatch(/^"[\x20-\x7e]*"$/);
      expect(readString(written)).toBe(wellFormed(value));
    }),
  );
});

it.each([
  [String.raw`"\a\b\f\n\r\t\v\\\"\x41\101\u00e9\U0001f600"`, '\x07\b\f\n\r\t\v\\"AAé😀'],
  [String.raw`'\'"'`, `'"`],
  ['`\\n"`', '\\n"'],
  [String.raw`"\'"`, null],
  [String.raw`"\q"`, null],
  [String.raw`"\x4"`, null],
  [String.raw`"\400"`, null],
  [String.raw`"\ud800"`, null],
  [String.raw`"\U00110000"`, null],
  ['"a\nb"', null],
  ['"\\\n"', null],
  ['"\\"', null],
  ['`\ufffd`', null],
  ['`\0`', null],
  ['"\ud800"', null],
  ['"', null],
  ['"a"b"', null],
])('%s reads %j', (literal, value) => {
  expect(readString(literal)).toBe(value);
});
