import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import { suggest } from '../check/suggest.ts';
import { quoted, Refusal } from './problem.ts';
import { PROM_FUNCTIONS } from './promql-functions.ts';
import type { Matcher, Selector } from './scope.ts';
import { type Grammar, nodesOf, type Parsed, partsOf, stringOf, textOf } from './syntax.ts';

/** The label that holds a metric's name. */
const NAME = '__name__';

/** PromQL as Prometheus' own editor reads it. */
export const PROMQL: Grammar = {
  title: 'PromQL',
  parse: (text) => parser.parse(text),
  string: 'StringLiteral',
  explain: explainUnknownFunction,
};

/** The grammar knows all functions: another name before `(` is a metric with a parenthesis too many. */
function explainUnknownFunction(text: string, error: SyntaxNode): Refusal | null {
  const before = /[a-zA-Z_:][\w:]*\s*$/.exec(text.slice(0, error.from));
  if (before === null || !text.slice(error.from).trimStart().startsWith('(')) return null;
  const name = before[0].trim();
  return new Refusal(before.index, 'a function of PromQL', `${name}()`, suggest(name, [...PROM_FUNCTIONS.keys()]));
}

/** Places of a query that pick series. */
export function promSelectors(query: Parsed): readonly Selector[] {
  return nodesOf(query.tree.topNode, 'VectorSelector').map((node) => {
    const name = node.getChild('Identifier');
    const braces = node.getChild('LabelMatchers');
    const matchers = braces === null ? [] : partsOf(braces).map((it) => matcherOf(query, it));
    const metric: Matcher[] =
      name === null ? [] : [{ label: NAME, operator: '=', value: textOf(query, name), at: name.from }];
    if (name !== null || braces?.getChild('QuotedLabelName')) refuseSecondName([...metric, ...matchers]);
    return {
      at: node.from,
      insertAt: braces === null ? node.to : braces.from + 1,
      braces: braces !== null,
      followed: matchers.length > 0,
      matchers: [...metric, ...matchers],
    };
  });
}

function refuseSecondName(matchers: readonly Matcher[]): void {
  const [, second] = matchers.filter((it) => it.label === NAME);
  if (second !== undefined)
    throw new Refusal(second.at, 'one name of a metric', `a second one, ${quoted(second.value)}`);
}

function matcherOf(query: Parsed, node: SyntaxNode): Matcher {
  const [label, operator, value] = partsOf(node);
  if (label === undefined || operator === undefined || value === undefined) {
    // `{"name"}` is a metric with a name in quotes.
    const name = label === undefined ? '' : stringOf(query, label);
    return { label: NAME, operator: '=', value: name, at: node.from };
  }
  const [inQuotes] = label.name === 'QuotedLabelName' ? partsOf(label) : [];
  return {
    label: inQuotes === undefined ? textOf(query, label) : stringOf(query, inQuotes),
    operator: textOf(query, operator) as Matcher['operator'],
    value: stringOf(query, value),
    at: node.from,
  };
}
