import type { SyntaxNode } from '@lezer/common';
import { queryDuration } from './durations.ts';
import { COMPARISONS, joinChain, SET_OPERATORS } from './operators.ts';
import { quoted, Refusal } from './problem.ts';
import { PROM_FUNCTIONS, PROM_PARAMETERS, type PromFunction, type PromType } from './promql-functions.ts';
import { nodesOf, type Parsed, partsOf, stringOf, textOf } from './syntax.ts';
import { joinTypes, type VectorType } from './vector-type.ts';

/** What an expression yields. */
interface Typed extends VectorType {
  readonly type: PromType;
  readonly at: number;
}

/** A part between operators: a first expression, what stands behind it (`[5m]`, `offset`), a sign before it. */
interface Operand {
  readonly base: SyntaxNode;
  readonly postfixes: readonly SyntaxNode[];
  readonly signed: boolean;
}

interface Operator {
  readonly symbol: string;
  readonly node: SyntaxNode;
  readonly bool: boolean;
}

const NOW: VectorType = { windowMs: 0, ofAbsence: false };

const TITLES: Readonly<Record<PromType, string>> = {
  vector: 'an instant vector',
  matrix: 'a range vector',
  scalar: 'a scalar',
  string: 'a string',
};

/** What vector a query yields. Throws `Refusal` where it does not yield an instant one. */
export function typeOfProm(query: Parsed, forced: ReadonlyMap<string, string>): VectorType {
  const [root] = partsOf(query.tree.topNode);
  if (root === undefined) throw new Refusal(0, 'a query', 'nothing');
  const typed = new Typing(query, forced).of(root);
  const { type, at } = typed;
  if (type === 'vector') return typed;
  const hint = type === 'matrix' ? ' (wrap it in rate(), increase() or …_over_time())' : '';
  throw new Refusal(at, TITLES.vector, `${TITLES[type]}${hint}`);
}

/** Prometheus' own checks of types, which its grammar leaves out. */
class Typing {
  private readonly query: Parsed;
  private readonly forced: ReadonlyMap<string, string>;
  constructor(query: Parsed, forced: ReadonlyMap<string, string>) {
    this.query = query;
    this.forced = forced;
  }

  of(node: SyntaxNode): Typed {
    const { operands, operators } = this.chain(node);
    const chain = { operands: operands.map((it) => this.operand(it)), operators };
    return joinChain(chain, (left, operator, right) => this.binary(left, operator, right));
  }

  private chain(node: SyntaxNode): { readonly operands: readonly Operand[]; readonly operators: readonly Operator[] } {
    const [first, second, ...rest] = partsOf(node);
    if (first === undefined || second === undefined) return single(node);
    if (node.name === 'BinaryExpr') {
      const left = this.chain(first);
      const right = this.chain(rest.at(-1) ?? second);
      return {
        operands: [...left.operands, ...right.operands],
        operators: [...left.operators, this.operator(second, rest), ...right.operators],
      };
    }
    if (node.name === 'UnaryExpr') {
      const [signed, ...others] = this.chain(second).operands;
      const { operators } = this.chain(second);
      return signed === undefined ? single(node) : { operands: [{ ...signed, signed: true }, ...others], operators };
    }
    if (!POSTFIXES.includes(node.name)) return single(node);
    const { operands, operators } = this.chain(first);
    const last = operands.at(-1);
    if (last === undefined) return single(node);
    return { operands: [...operands.slice(0, -1), { ...last, postfixes: [...last.postfixes, node] }], operators };
  }

  private operator(node: SyntaxNode, modifiers: readonly SyntaxNode[]): Operator {
    const fill = modifiers.find((it) => it.name === 'FillModifier');
    if (fill !== undefined) throw experimental(fill.from, 'fill()');
    const symbol = textOf(this.query, node).toLowerCase();
    if (symbol === '</' || symbol === '>/') throw experimental(node.from, symbol);
    return { symbol, node, bool: modifiers.some((it) => it.name === 'BoolModifier') };
  }

  private binary(left: Typed, { symbol, node, bool }: Operator, right: Typed): Typed {
    for (const side of [left, right]) {
      if (side.type === 'matrix' || side.type === 'string') throw mismatch(side, `${TITLES.vector} or a scalar`);
      if (SET_OPERATORS.includes(symbol) && side.type === 'scalar') throw mismatch(side, TITLES.vector);
    }
    const comparison = COMPARISONS.includes(symbol);
    if (bool && !comparison) throw new Refusal(node.from, 'bool after a comparison alone', `${symbol} bool`);
    const scalars = left.type === 'scalar' && right.type === 'scalar';
    if (scalars && comparison && !bool)
      throw new Refusal(node.from, `${symbol} bool, as both sides are scalars`, symbol);
    return {
      type: scalars ? 'scalar' : 'vector',
      ...joinTypes(left, symbol, right),
      at: left.at,
    };
  }

  private operand({ base, postfixes, signed }: Operand): Typed {
    let typed = this.primary(base);
    let movable = base.name === 'VectorSelector';
    for (const [index, node] of postfixes.entries()) {
      const plain = index === 0 && base.name === 'VectorSelector';
      typed = this.postfix(node, typed, { plain, movable });
      movable = node.name !== 'OffsetExpr';
    }
    if (signed && typed.type !== 'vector' && typed.type !== 'scalar')
      throw mismatch(typed, `${TITLES.vector} or a scalar after a sign`);
    return typed;
  }

  private postfix(node: SyntaxNode, typed: Typed, on: { readonly plain: boolean; readonly movable: boolean }): Typed {
    const after = partsOf(node)[1];
    const at = after?.from ?? node.to;
    switch (node.name) {
      case 'MatrixSelector':
        if (!on.plain) throw new Refusal(at, 'a range right behind a selector', quoted(textOf(this.query, node)));
        return { ...typed, type: 'matrix', windowMs: this.duration(node, 'DurationExpr') };
      case 'SubqueryExpr':
        if (typed.type !== 'vector') throw mismatch(typed, `${TITLES.vector} before a subquery`);
        return { ...typed, type: 'matrix', windowMs: typed.windowMs + this.duration(node, 'DurationExpr') };
      case 'OffsetExpr':
        if (!on.movable) throw new Refusal(at, 'one offset, right behind a selector or subquery', 'offset');
        return { ...typed, windowMs: typed.windowMs + this.duration(node, 'OffsetDurationExpr') };
      case 'StepInvariantExpr':
        throw new Refusal(at, 'a query without @, as evidence must have a known age', '@');
      default:
        throw experimental(at, textOf(this.query, after ?? node));
    }
  }

  /** Of a range or an offset; of a subquery's two the first. Its step, checked as well, changes no window. */
  private duration(node: SyntaxNode, name: 'DurationExpr' | 'OffsetDurationExpr'): number {
    const [first = Number.NaN] = partsOf(node)
      .filter((it) => it.name === name)
      .map((it) => {
        const text = textOf(this.query, it);
        const ms = queryDuration(text);
        if (Number.isNaN(ms) || (ms === 0 && name === 'DurationExpr'))
          throw new Refusal(it.from, 'a duration into the past such as 5m', quoted(text));
        return ms;
      });
    return first;
  }

  private primary(node: SyntaxNode): Typed {
    const at = node.from;
    switch (node.name) {
      case 'VectorSelector':
        return { type: 'vector', ...NOW, at };
      case 'NumberDurationLiteral':
        return { type: 'scalar', ...NOW, at };
      case 'StringLiteral':
        return { type: 'string', ...NOW, at };
      case 'ParenExpr':
        return this.of(partsOf(node)[0] ?? node);
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'FunctionCall':
        return this.call(node);
      default:
        throw new Refusal(at, 'a part of PromQL that Drey knows', quoted(textOf(this.query, node)));
    }
  }

  private aggregation(node: SyntaxNode): Typed {
    const operation = node.getChild('AggregateOp') ?? node;
    const name = textOf(this.query, operation).toLowerCase();
    if (name === 'limitk' || name === 'limit_ratio') throw experimental(node.from, `${name}()`);
    const parameter = PROM_PARAMETERS.get(name);
    const args: PromType[] = parameter === undefined ? ['vector'] : [parameter, 'vector'];
    return this.arguments(node, name, { args, optional: 0, repeats: false, returns: 'vector' });
  }

  private call(node: SyntaxNode): Typed {
    const name = textOf(this.query, node.getChild('FunctionIdentifier') ?? node);
    const signature = PROM_FUNCTIONS.get(name);
    if (signature === undefined) throw experimental(node.from, `${name}()`);
    return this.arguments(node, name, signature);
  }

  private arguments(node: SyntaxNode, name: string, { args, optional, repeats, returns }: PromFunction): Typed {
    const given = partsOf(node.getChild('FunctionCallBody') ?? node);
    const least = args.length - optional;
    if (given.length < least || (given.length > args.length && !repeats)) {
      const count = repeats ? `${least} or more` : optional > 0 ? `${least} or ${args.length}` : `${least}`;
      throw new Refusal(node.from, `${count} arguments of ${name}()`, `${given.length}`);
    }
    const typed = given.map((it, index) => {
      const wanted = args[Math.min(index, args.length - 1)] ?? 'vector';
      const one = this.of(it);
      if (one.type !== wanted) throw mismatch(one, `${TITLES[wanted]} in ${name}()`);
      return one;
    });
    this.refuseForcedLabel(name, given);
    const windowMs = Math.max(0, ...typed.map((it) => it.windowMs));
    const ofAbsence = name.startsWith('absent') || typed.some((it) => it.ofAbsence);
    return { type: returns, windowMs, ofAbsence, at: node.from };
  }

  /** A label that says whose evidence a series is must not be written by the query. */
  private refuseForcedLabel(name: string, args: readonly SyntaxNode[]): void {
    const target = name === 'count_values' ? args[0] : name.startsWith('label_') ? args[1] : undefined;
    const [literal] = target === undefined ? [] : nodesOf(target, 'StringLiteral');
    if (literal === undefined) return;
    const label = stringOf(this.query, literal);
    if (this.forced.has(label))
      throw new Refusal(literal.from, `another label than ${label}, which Drey adds`, quoted(label));
  }
}

const POSTFIXES: readonly string[] = [
  'MatrixSelector',
  'SubqueryExpr',
  'OffsetExpr',
  'StepInvariantExpr',
  'AnchoredExpr',
  'SmoothedExpr',
];

function single(base: SyntaxNode): { readonly operands: readonly Operand[]; readonly operators: readonly Operator[] } {
  return { operands: [{ base, postfixes: [], signed: false }], operators: [] };
}

function mismatch({ type, at }: Typed, expected: string): Refusal {
  return new Refusal(at, expected, TITLES[type]);
}

function experimental(at: number, found: string): Refusal {
  return new Refusal(at, 'PromQL that needs no feature flag', found);
}
