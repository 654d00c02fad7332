/** What is known of an expression that yields a vector, beside its type. */
export interface VectorType {
  /** How far back it looks, ms. */
  readonly windowMs: number;
  /** Its series come of what is not there. */
  readonly ofAbsence: boolean;
}

/** Of two sides: `and` and `unless` keep series of the left one alone. */
export function joinTypes(left: VectorType, symbol: string, right: VectorType): VectorType {
  const leftAlone = symbol === 'and' || symbol === 'unless';
  return {
    windowMs: Math.max(left.windowMs, right.windowMs),
    ofAbsence: left.ofAbsence || (!leftAlone && right.ofAbsence),
  };
}
