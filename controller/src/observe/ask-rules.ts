import type { Rule } from '../core/model/rule.ts';
import { SourceError } from '../io/errors.ts';
import type { MetricsSource, QueryAnswer } from '../sources/contract.ts';
import type { QueryRule } from './rule-answers.ts';

/** Who is asked. `loki` is null where no logs are to be had. */
export interface RuleSources {
  readonly prometheus: MetricsSource;
  readonly loki: MetricsSource | null;
}

/** Queries under way at the same time, each source by itself. */
const AT_ONCE = 16;

/** The rules whose condition is a query. */
export function queryRules(rules: readonly Rule[]): readonly QueryRule[] {
  return rules.filter((rule): rule is QueryRule => rule.when.kind === 'query');
}

/**
 * Asks each different query once, whatever the number of jobs. Never throws; a query that the signal cut off is a
 * `timeout`.
 */
export async function askRules(
  rules: readonly QueryRule[],
  sources: RuleSources,
  signal: AbortSignal,
): Promise<(rule: QueryRule) => QueryAnswer> {
  const [prometheus, loki] = await Promise.all([
    askSource(rules, 'prometheus', { source: sources.prometheus, signal }),
    askSource(rules, 'loki', { source: sources.loki, signal }),
  ]);
  return ({ when, name }) =>
    (when.source === 'loki' ? loki : prometheus).get(when.query) ?? unanswered('timeout', `rule ${name}: not asked`);
}

async function askSource(
  rules: readonly QueryRule[],
  name: 'prometheus' | 'loki',
  { source, signal }: { readonly source: MetricsSource | null; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, QueryAnswer>> {
  const mine = rules.filter((rule) => rule.when.source === name);
  const queries = new Map(mine.map((rule) => [rule.when.query, `rule ${rule.name}`]));
  const answers = new Map<string, QueryAnswer>();
  if (source === null) {
    for (const query of queries.keys()) answers.set(query, unanswered('unreachable', `${name} is not configured`));
    return answers;
  }
  const waiting = [...queries];
  const next = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !signal.aborted; item = waiting.shift()) {
      const [query, title] = item;
      const answer = (await source.instant({ [title]: query }, signal))[title];
      if (answer !== undefined) answers.set(query, answer);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, next));
  return answers;
}

function unanswered(kind: 'timeout' | 'unreachable', message: string): QueryAnswer {
  return { ok: false, error: new SourceError(kind, message) };
}
