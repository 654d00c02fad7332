import { compilePattern } from '../pattern.ts';
import { quoted, Refusal } from './problem.ts';
import { writeString } from './strings.ts';
import { commentsOf, type Parsed } from './syntax.ts';

/** What every selector of a query is bound to. */
export interface QueryScope {
  readonly namespaceLabel: string;
  /** Null: of a cluster policy; no namespace is forced in. */
  readonly namespace: string | null;
  /** Further label → value, e.g. of the cluster. */
  readonly matchers: Readonly<Record<string, string>>;
}

/** One comparison of a selector. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  readonly at: number;
}

/** A place in a query that picks series or streams. */
export interface Selector {
  readonly at: number;
  /** Where a matcher can be put in. */
  readonly insertAt: number;
  /** False: braces must be put in as well. */
  readonly braces: boolean;
  /** Something follows at `insertAt` that a comma must part. */
  readonly followed: boolean;
  readonly matchers: readonly Matcher[];
}

/** Labels with the values that every selector must have. */
export function forcedLabels({ namespaceLabel, namespace, matchers }: QueryScope): ReadonlyMap<string, string> {
  const labels = new Map(Object.entries(matchers));
  if (namespace !== null) labels.set(namespaceLabel, namespace);
  return labels;
}

/** Throws `Refusal` where a selector can't be bound: it looks elsewhere, everywhere, or its pattern does not compile. */
export function checkSelectors(selectors: readonly Selector[], scope: QueryScope): void {
  const forced = forcedLabels(scope);
  for (const { at, matchers } of selectors) {
    for (const matcher of matchers) checkMatcher(matcher, forced.get(matcher.label), scope);
    const narrow = matchers.some((it) => !matchesNothing(it)) || (matchers.length > 0 && forced.size > 0);
    if (!narrow) throw new Refusal(at, 'a selector that picks something', 'one that picks everything');
  }
}

function checkMatcher({ label, operator, value, at }: Matcher, own: string | undefined, scope: QueryScope): void {
  if (operator.endsWith('~') && !compiles(value)) throw new Refusal(at, 'an RE2 pattern', quoted(value));
  if (own === undefined || (operator === '=' && value === own)) return;
  const expected = `a selector inside ${label === scope.namespaceLabel ? 'namespace' : label} ${JSON.stringify(own)}`;
  throw new Refusal(at, `${expected} (leave the matcher out, Drey adds it)`, `${label}${operator}${quoted(value)}`);
}

/** Whether the pattern is one of RE2. */
export function compiles(pattern: string): boolean {
  try {
    compilePattern(pattern);
    return true;
  } catch {
    return false;
  }
}

/** As the servers see it: a label that is not there has the value "". */
function matchesNothing({ operator, value }: Matcher): boolean {
  switch (operator) {
    case '=':
      return value === '';
    case '!=':
      return value !== '';
    case '=~':
      return compilePattern(value)('');
    case '!~':
      return !compilePattern(value)('');
  }
}

/** The query with the scope in every selector and without comments, which the servers' lexers end at other places. */
export function bindSelectors(query: Parsed, selectors: readonly Selector[], scope: QueryScope): string {
  const forced = [...forcedLabels(scope)];
  const edits = [
    ...commentsOf(query).map(({ from, to }) => ({ from, to, text: '' })),
    ...selectors.map((it) => ({ from: it.insertAt, to: it.insertAt, text: insertion(it, forced) })),
  ].toSorted((a, b) => b.from - a.from);
  return edits.reduce((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), query.text);
}

function insertion(selector: Selector, forced: readonly (readonly [string, string])[]): string {
  const missing = forced.filter(([label]) => !selector.matchers.some((it) => it.label === label));
  if (missing.length === 0) return '';
  const list = missing.map(([label, value]) => `${labelName(label)}=${writeString(value)}`).join(',');
  if (!selector.braces) return `{${list}}`;
  return selector.followed ? `${list},` : list;
}

/** Other names than plain ones stand in quotes, which PromQL alone takes. */
const labelName = (label: string): string => (/^[a-zA-Z_]\w*$/.test(label) ? label : writeString(label));

/** Whether every selector carries the scope: what is sent is checked, not only what was meant. */
export function isBound(selectors: readonly Selector[], scope: QueryScope): boolean {
  return selectors.every(({ matchers }) =>
    [...forcedLabels(scope)].every(([label, value]) =>
      matchers.some((it) => it.label === label && it.operator === '=' && it.value === value),
    ),
  );
}
