import type { SyntaxNode } from '@lezer/common';
import { queryDuration } from './durations.ts';
import { matcherOf } from './logql.ts';
import { type Chain, joinChain, SET_OPERATORS } from './operators.ts';
import { quoted, Refusal } from './problem.ts';
import { compiles } from './scope.ts';
import { nodesOf, type Parsed, partsOf, stringOf, textOf } from './syntax.ts';
import { joinTypes, type VectorType } from './vector-type.ts';

/** What a metric expression yields. */
interface Typed extends VectorType {
  readonly type: 'vector' | 'scalar';
  readonly at: number;
}

const NOW: VectorType = { windowMs: 0, ofAbsence: false };

interface Operator {
  readonly symbol: string;
}

const METRIC_QUERY = 'a metric query such as count_over_time({…} |= "…" [1m])';

/** Range aggregations by whether they read a number that `unwrap` took from the line; from Loki's own checks. */
const UNWRAPPED: Readonly<Record<string, 'never' | 'maybe' | 'always'>> = {
  count_over_time: 'never',
  bytes_over_time: 'never',
  bytes_rate: 'never',
  rate: 'maybe',
  absent_over_time: 'maybe',
};
/** Range aggregations that take `by` and `without`. */
const GROUPING = `avg_over_time max_over_time min_over_time stddev_over_time stdvar_over_time quantile_over_time
  first_over_time last_over_time`.split(/\s+/);
/** Vector aggregations that take a number before the vector. */
const PARAMETERS: readonly string[] = ['approx_topk', 'bottomk', 'topk'];

/** What vector a query yields. Throws `Refusal` where it is no metric query. */
export function typeOfLog(query: Parsed, forced: ReadonlyMap<string, string>): VectorType {
  const [root] = partsOf(query.tree.topNode);
  if (root === undefined) throw new Refusal(0, 'a query', 'nothing');
  checkPatterns(query);
  checkFormats(query, forced);
  const typed = new Typing(query, forced).of(root);
  if (typed.type === 'scalar') throw new Refusal(typed.at, METRIC_QUERY, 'a number');
  return typed;
}

/** Loki's own checks of what a range may be aggregated to, which its grammar leaves out. */
class Typing {
  private readonly query: Parsed;
  private readonly forced: ReadonlyMap<string, string>;
  constructor(query: Parsed, forced: ReadonlyMap<string, string>) {
    this.query = query;
    this.forced = forced;
  }

  of(node: SyntaxNode): Typed {
    const { operands, operators } = this.chain(node);
    return joinChain({ operands: operands.map((it) => this.operand(it)), operators }, (left, { symbol }, right) => {
      const literal = [left, right].find((it) => it.type === 'scalar');
      if (literal !== undefined && SET_OPERATORS.includes(symbol))
        throw new Refusal(literal.at, `a metric query beside ${symbol}`, 'a number');
      const type = left.type === 'scalar' && right.type === 'scalar' ? 'scalar' : 'vector';
      return { type, ...joinTypes(left, symbol, right), at: left.at };
    });
  }

  private chain(node: SyntaxNode): Chain<SyntaxNode, Operator> {
    const parts = partsOf(node);
    const [first, second] = parts;
    const last = parts.at(-1);
    if (first === undefined) return { operands: [node], operators: [] };
    // In parentheses a metric query stands right inside of another.
    if (node.name === 'Expr' || (node.name === 'MetricExpr' && first.name === 'BinOpExpr')) return this.chain(first);
    if (node.name !== 'BinOpExpr' || second === undefined || last === undefined)
      return { operands: [node], operators: [] };
    const left = this.chain(first);
    const right = this.chain(last);
    const operator = { symbol: textOf(this.query, second).toLowerCase() };
    return {
      operands: [...left.operands, ...right.operands],
      operators: [...left.operators, operator, ...right.operators],
    };
  }

  private operand(node: SyntaxNode): Typed {
    const at = node.from;
    const [inner] = partsOf(node);
    switch (node.name) {
      case 'MetricExpr':
        return inner?.name === 'MetricExpr' ? this.of(inner) : this.operand(inner ?? node);
      case 'LiteralExpr':
        return { type: 'scalar', ...NOW, at };
      case 'VectorExpr':
        return { type: 'vector', ...NOW, at };
      case 'RangeAggregationExpr':
        return this.range(node);
      case 'VectorAggregationExpr':
        return this.aggregation(node);
      case 'LabelReplaceExpr':
        return this.labelReplace(node);
      case 'LogExpr':
        throw new Refusal(at, METRIC_QUERY, 'a log query');
      default:
        throw new Refusal(at, 'a part of LogQL that Loki 3 has', quoted(textOf(this.query, node)));
    }
  }

  private range(node: SyntaxNode): Typed {
    const name = textOf(this.query, node.getChild('RangeOp') ?? node);
    const use = UNWRAPPED[name] ?? 'always';
    const [unwrap] = nodesOf(node, 'UnwrapExpr');
    const at = node.from;
    if (use === 'never' && unwrap !== undefined) throw new Refusal(unwrap.from, `${name}() without unwrap`, 'unwrap');
    if (use === 'always' && unwrap === undefined) throw new Refusal(at, `unwrap in ${name}()`, 'none');
    this.parameter(node, name, name === 'quantile_over_time');
    const grouping = node.getChild('Grouping');
    if (grouping !== null && !GROUPING.includes(name))
      throw new Refusal(grouping.from, `${name}() without by and without`, textOf(this.query, grouping));
    const windows = ['Range', 'OffsetExpr'].flatMap((part) => nodesOf(node, part)).map((it) => this.duration(it));
    const windowMs = windows.reduce((sum, ms) => sum + ms, 0);
    return { type: 'vector', windowMs, ofAbsence: name.startsWith('absent'), at };
  }

  /** Of `[1m]` and `offset 1m`. Loki reads the brackets as one word. */
  private duration(node: SyntaxNode): number {
    const text = textOf(this.query, node.getChild('Duration') ?? node);
    const ms = /[a-z]/.test(text) ? queryDuration(text) : Number.NaN;
    const range = node.name === 'Range';
    const spaced = range && textOf(this.query, node) !== `[${text}]`;
    if (Number.isNaN(ms) || spaced || (range && ms === 0))
      throw new Refusal(node.from, 'a duration into the past such as [1m]', quoted(textOf(this.query, node)));
    return ms;
  }

  private aggregation(node: SyntaxNode): Typed {
    const name = textOf(this.query, node.getChild('VectorOp') ?? node).toLowerCase();
    const inner = node.getChild('MetricExpr') ?? node;
    this.parameter(node, name, PARAMETERS.includes(name));
    return this.vectorIn(inner, name);
  }

  private parameter(node: SyntaxNode, name: string, wanted: boolean): void {
    const number = node.getChild('Number');
    if (wanted && number === null) throw new Refusal(node.from, `a number as first argument of ${name}()`, 'none');
    if (!wanted && number !== null)
      throw new Refusal(number.from, `no number in ${name}()`, textOf(this.query, number));
  }

  private labelReplace(node: SyntaxNode): Typed {
    const [inner, label, , , pattern] = partsOf(node).slice(1);
    if (label !== undefined) refuseForced(stringOf(this.query, label), label.from, this.forced);
    if (pattern !== undefined) checkPattern(stringOf(this.query, pattern), pattern.from);
    return this.vectorIn(inner ?? node, 'label_replace');
  }

  private vectorIn(node: SyntaxNode, name: string): Typed {
    const typed = this.of(node);
    if (typed.type === 'scalar') throw new Refusal(typed.at, `a metric query in ${name}()`, 'a number');
    return typed;
  }
}

/** Patterns of the pipelines; those of selectors are checked with the selectors. */
function checkPatterns(query: Parsed): void {
  const root = query.tree.topNode;
  for (const node of nodesOf(root, 'LabelFilter').flatMap((it) => it.getChildren('Matcher'))) {
    const { operator, value, at } = matcherOf(query, node);
    if (operator.endsWith('~')) checkPattern(value, at);
  }
  for (const node of nodesOf(root, 'LineFilter')) {
    const filter = node.getChild('Filter');
    if (filter === null || !['|~', '!~'].includes(textOf(query, filter))) continue;
    for (const it of nodesOf(node, 'String')) checkPattern(stringOf(query, it), it.from);
  }
  for (const node of nodesOf(root, 'LabelParser')) {
    if (node.getChild('Regexp') === null) continue;
    for (const it of node.getChildren('String')) checkPattern(stringOf(query, it), it.from);
  }
}

function checkPattern(pattern: string, at: number): void {
  if (!compiles(pattern)) throw new Refusal(at, 'an RE2 pattern', quoted(pattern));
}

/** Parsers such as `json` never overwrite a stream's own label; `label_format` does. */
function checkFormats(query: Parsed, forced: ReadonlyMap<string, string>): void {
  for (const node of nodesOf(query.tree.topNode, 'LabelFormatMatcher')) {
    const [label] = partsOf(node);
    if (label !== undefined) refuseForced(textOf(query, label), node.from, forced);
  }
}

function refuseForced(label: string, at: number, forced: ReadonlyMap<string, string>): void {
  if (forced.has(label)) throw new Refusal(at, `another label than ${label}, which Drey adds`, quoted(label));
}
