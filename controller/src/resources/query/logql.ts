import { parser } from '@grafana/lezer-logql';
import type { SyntaxNode } from '@lezer/common';
import { suggest } from '../check/suggest.ts';
import { Refusal } from './problem.ts';
import type { Matcher, Selector } from './scope.ts';
import { type Grammar, nodesOf, type Parsed, partsOf, stringOf, textOf } from './syntax.ts';

/** LogQL as Grafana's own editor reads it. */
export const LOGQL: Grammar = {
  title: 'LogQL',
  parse: (text) => parser.parse(text),
  string: 'String',
  explain: explainUnknownFunction,
};

const FUNCTIONS = `absent_over_time avg avg_over_time bottomk bytes_over_time bytes_rate count count_over_time
  first_over_time label_replace last_over_time max max_over_time min min_over_time quantile_over_time rate rate_counter
  sort sort_desc stddev stddev_over_time stdvar stdvar_over_time sum sum_over_time topk vector`.split(/\s+/);

/** The grammar knows all functions: it stumbles over the name itself. */
function explainUnknownFunction(text: string, error: SyntaxNode): Refusal | null {
  const name = /^\s*([a-zA-Z_]\w*)\s*\(/.exec(text.slice(error.from))?.[1];
  if (name === undefined || FUNCTIONS.includes(name)) return null;
  return new Refusal(error.from, 'a function of LogQL', `${name}()`, suggest(name, FUNCTIONS));
}

/** Places of a query that pick streams. */
export function logSelectors(query: Parsed): readonly Selector[] {
  return nodesOf(query.tree.topNode, 'Selector').map((node) => {
    const matchers = nodesOf(node, 'Matcher').map((it) => matcherOf(query, it));
    return { at: node.from, insertAt: node.from + 1, braces: true, followed: matchers.length > 0, matchers };
  });
}

/** The lines that a metric query counts, as a log query: of its first range. Null where the tree has none. */
export function logLines(query: Parsed): string | null {
  const [range] = nodesOf(query.tree.topNode, 'LogRangeExpr');
  const [selector] = range === undefined ? [] : nodesOf(range, 'Selector');
  if (range === undefined || selector === undefined) return null;
  const [pipeline] = nodesOf(range, 'PipelineExpr');
  return [selector, ...(pipeline === undefined ? [] : [pipeline])].map((it) => textOf(query, it)).join(' ');
}

/** A comparison of a label with a text, of a selector or of a pipeline. */
export function matcherOf(query: Parsed, node: SyntaxNode): Matcher {
  const [label = node, operator = node, value = node] = partsOf(node);
  return {
    label: textOf(query, label),
    operator: textOf(query, operator) as Matcher['operator'],
    value: stringOf(query, value),
    at: node.from,
  };
}
