/** What is wrong with a query, and where. */
export interface QueryProblem {
  /** Offset in the query's text, 0-based. */
  readonly at: number;
  /** Noun phrase. */
  readonly expected: string;
  /** Ends with the place: `a scalar at 1:17 of the query`, line and column from 1. */
  readonly found: string;
  /** "Did you mean". */
  readonly suggestion: string | null;
}

/** Ends a check at its first problem. Caught by `checkQuery`; nothing else throws or sees it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly at: number;
  readonly expected: string;
  readonly found: string;
  readonly suggestion: string | null;
  constructor(at: number, expected: string, found: string, suggestion: string | null = null) {
    super(`expected ${expected}, found ${found}`);
    this.at = at;
    this.expected = expected;
    this.found = found;
    this.suggestion = suggestion;
  }
}

/** The refusal with its place in the text that people wrote. */
export function problemOf(refusal: Refusal, text: string): QueryProblem {
  const { at, expected, found, suggestion } = refusal;
  const before = text.slice(0, at).split('\n');
  return {
    at,
    expected,
    found: `${found} at ${before.length}:${(before.at(-1)?.length ?? 0) + 1} of the query`,
    suggestion,
  };
}

/** A part of a query as a finding shows it: on one line, and never more than its beginning. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}
