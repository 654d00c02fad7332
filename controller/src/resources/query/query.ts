import { formatDuration } from '../duration.ts';
import { LOGQL, logLines, logSelectors } from './logql.ts';
import { typeOfLog } from './logql-types.ts';
import { problemOf, type QueryProblem, Refusal } from './problem.ts';
import { PROMQL, promSelectors } from './promql.ts';
import { typeOfProm } from './promql-types.ts';
import { bindSelectors, checkSelectors, forcedLabels, isBound, type QueryScope, type Selector } from './scope.ts';
import { type Grammar, type Parsed, parseQuery } from './syntax.ts';
import type { VectorType } from './vector-type.ts';

export type { QueryProblem, QueryScope };

/** Languages in which a rule may ask. */
export type QueryLanguage = 'promql' | 'logql';

/** A query fit to be sent, or the first thing that is wrong with it. */
export type CheckedQuery =
  | {
      readonly ok: true;
      /** Bound to the scope; to be sent as it stands. */
      readonly query: string;
      /** How far back the answer looks: ranges, offsets and subqueries added up along the deepest way, ms. */
      readonly windowMs: number;
      /** LogQL: asks for the lines behind the answer, bound alike. Null for PromQL. */
      readonly lines: string | null;
      /** Its series come of what is not there: `absent()` and its like. */
      readonly ofAbsence: boolean;
    }
  | { readonly ok: false; readonly problem: QueryProblem };

interface Language {
  readonly grammar: Grammar;
  readonly selectors: (query: Parsed) => readonly Selector[];
  readonly typeOf: (query: Parsed, forced: ReadonlyMap<string, string>) => VectorType;
}

const LANGUAGES: Readonly<Record<QueryLanguage, Language>> = {
  promql: { grammar: PROMQL, selectors: promSelectors, typeOf: typeOfProm },
  logql: { grammar: LOGQL, selectors: logSelectors, typeOf: typeOfLog },
};

/** Older evidence is history, not a sick job. */
const MAX_WINDOW_MS = 24 * 3_600_000;

/**
 * Checks a rule's query and binds it to its scope: it must yield an instant vector (PromQL) or be a metric query (LogQL),
 * look at most 24 h back, and every selector of it, found in the syntax tree, is held inside the scope.
 */
export function checkQuery(language: QueryLanguage, text: string, scope: QueryScope): CheckedQuery {
  const { grammar, selectors, typeOf } = LANGUAGES[language];
  try {
    const parsed = parseQuery(grammar, text);
    const { windowMs, ofAbsence } = typeOf(parsed, forcedLabels(scope));
    const found = selectors(parsed);
    if (found.length === 0) throw new Refusal(0, 'a query that selects something', 'no selector');
    checkSelectors(found, scope);
    if (windowMs > MAX_WINDOW_MS) throw new Refusal(0, 'a look back of at most 24h', formatDuration(windowMs));
    const query = bind(LANGUAGES[language], parsed, found, scope);
    const lines = language === 'logql' ? logLines(parseQuery(grammar, query)) : null;
    return { ok: true, query, windowMs, lines, ofAbsence };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problem: problemOf(error, text) };
    throw error;
  }
}

/** What is sent is read once more: a label may have a name that the language can't say. */
function bind(language: Language, parsed: Parsed, found: readonly Selector[], scope: QueryScope): string {
  const query = bindSelectors(parsed, found, scope);
  const sent = readAgain(language, query);
  if (sent?.length === found.length && isBound(sent, scope)) return query;
  const labels = [...forcedLabels(scope).keys()].join(', ');
  throw new Refusal(0, `labels that ${language.grammar.title} can name`, labels);
}

function readAgain({ grammar, selectors }: Language, query: string): readonly Selector[] | null {
  try {
    return selectors(parseQuery(grammar, query));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
