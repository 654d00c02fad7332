/** A chain `a + b * c` as it is written: `operators[i]` stands between `operands[i]` and `operands[i + 1]`. */
export interface Chain<Operand, Operator> {
  readonly operands: readonly Operand[];
  readonly operators: readonly Operator[];
}

const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
  ['^'],
];

/** Operators of sets of series. */
export const SET_OPERATORS: readonly string[] = ['and', 'or', 'unless'];
/** Operators of comparison. */
export const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];

/** An operator between its two sides. */
export type Join<Value, Operator> = (left: Value, operator: Operator, right: Value) => Value;

/**
 * Joins a chain by the precedence that Prometheus and Loki have. The grammars' own trees can't be used: PromQL's puts
 * `offset` and `[5m]` above the whole chain before it, LogQL's ranks `+` highest and `*` below `or`.
 */
export function joinChain<Value, Operator extends { readonly symbol: string }>(
  { operands, operators }: Chain<Value, Operator>,
  join: Join<Value, Operator>,
): Value {
  const [first] = operands;
  if (first === undefined) throw new Error('a chain without operands');
  const last = lowest(operators.map((it) => it.symbol));
  const operator = operators[last];
  if (operator === undefined) return first;
  const left = { operands: operands.slice(0, last + 1), operators: operators.slice(0, last) };
  const right = { operands: operands.slice(last + 1), operators: operators.slice(last + 1) };
  return join(joinChain(left, join), operator, joinChain(right, join));
}

/** The operator that is applied last: the last of the lowest level, or the first where they bind to the right (`^`). */
function lowest(symbols: readonly string[]): number {
  const levels = symbols.map((symbol) => LEVELS.findIndex((level) => level.includes(symbol)));
  const level = Math.min(...levels);
  return level === LEVELS.length - 1 ? levels.indexOf(level) : levels.lastIndexOf(level);
}
