import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import type { Action } from '../../core/model/action.ts';
import type { InputName } from '../../core/model/input.ts';
import type { Condition, Rule, Rung } from '../../core/model/rule.ts';
import type { DreyConfig } from '../config/config.ts';
import { type CheckedQuery, checkQuery, type QueryLanguage, type QueryScope } from '../query/query.ts';
import { type Policy, policyTitle } from './policy.ts';

/** What the configuration says of one source's labels. */
export type SourceScope = Pick<QueryScope, 'namespaceLabel' | 'matchers'>;

/** What the configuration says of the sources that rules may ask; null: there is none. */
export type RuleSources = Readonly<Record<QueryLanguage, SourceScope | null>>;

/** Both sources with the labels that they have by default: what holds where no configuration is at hand. */
export const DEFAULT_SOURCES: RuleSources = {
  promql: { namespaceLabel: 'namespace', matchers: {} },
  logql: { namespaceLabel: 'namespace', matchers: {} },
};

/** What a configuration says of the sources that rules may ask. */
export function ruleSources({ prometheus, loki }: DreyConfig['sources']): RuleSources {
  return {
    promql: { namespaceLabel: prometheus.labels.namespace, matchers: {} },
    logql: loki === undefined ? null : { namespaceLabel: loki.labels.namespace, matchers: {} },
  };
}

/** A rule as a policy states it. */
export type StatedRule = Policy['spec']['heal']['rules'][number];

/** The query of a rule; null where it has none. */
export function queryOf({ when }: StatedRule): { readonly language: QueryLanguage; readonly text: string } | null {
  if (when?.promql !== undefined) return { language: 'promql', text: when.promql };
  if (when?.logql !== undefined) return { language: 'logql', text: when.logql };
  return null;
}

/** A query bound to its policy's namespace. */
export function checkRuleQuery(policy: Policy, language: QueryLanguage, text: string, from: SourceScope): CheckedQuery {
  const namespace = policy.kind === 'FlinkPolicy' ? policy.metadata.namespace : null;
  return checkQuery(language, text, { ...from, namespace });
}

/** Rules that a cause of their own kind explains, and that a policy's own rules therefore come before. */
const LAST: readonly string[] = ['RestartLoop', 'CheckpointStalled', 'NotRunning', 'JobUnseen'];

/**
 * The rules in force under a policy, in order of precedence: what surely ended the job or its processes, then the
 * policy's own in their order, then what may be a mere consequence. One of the same name takes a built-in's place;
 * `enabled: false` takes it away. The policy must have passed its check with the same sources.
 */
export function rulesOf(policy: Policy, sources: RuleSources, builtIn = BUILT_IN_RULES): readonly Rule[] {
  const stated = policy.spec.heal.rules;
  const own = new Map(stated.map((it) => [it.name, it.enabled ? compileRule(policy, it, sources) : null]));
  const kept = builtIn.flatMap((it) => (own.has(it.name) ? (own.get(it.name) ?? []) : it));
  const added = stated.flatMap(({ name }) => (builtIn.some((it) => it.name === name) ? [] : (own.get(name) ?? [])));
  const isLast = ({ name }: Rule): boolean => LAST.includes(name);
  return [...kept.filter((it) => !isLast(it)), ...added, ...kept.filter(isLast)];
}

function compileRule(policy: Policy, stated: StatedRule, sources: RuleSources): Rule {
  const { name, cause = name, when } = stated;
  return {
    name,
    when: compileCondition(policy, stated, sources),
    forMs: when?.for ?? 0,
    cause,
    needs: needsOf(stated),
    ladder: ladderOf(stated),
    stated: true,
    summary: `Stated by ${policyTitle(policy)}.`,
  };
}

function compileCondition(policy: Policy, stated: StatedRule, sources: RuleSources): Condition {
  if (stated.when?.symptom !== undefined) return { kind: 'symptom', symptom: stated.when.symptom };
  const query = queryOf(stated);
  const from = query === null ? null : sources[query.language];
  const checked = query && from && checkRuleQuery(policy, query.language, query.text, from);
  if (!query || !checked?.ok) throw new Error(`rule ${stated.name} of ${policyTitle(policy)} was not checked`);
  const source = query.language === 'promql' ? 'prometheus' : 'loki';
  return { kind: 'query', source, query: checked.query, windowMs: checked.windowMs, lines: checked.lines };
}

/** Actions that start a run, and so need a point to restore. */
const STARTS: readonly Action[] = [
  'RestartFromCheckpoint',
  'RecreateCluster',
  'RestartJobManager',
  'RecreateResource',
  'Rollback',
  'Resume',
];

/** A page alone needs no more than its symptom does: that a job's state can't be had must not hold back saying so. */
function needsOf({ when, ladder }: StatedRule): readonly InputName[] {
  const acts = ladder.some(({ action }) => action !== 'Page' && action !== 'Wait');
  const symptom = BUILT_IN_RULES.find((it) => it.when.kind === 'symptom' && it.when.symptom === when?.symptom);
  if (!acts && symptom !== undefined) return symptom.needs;
  const starts = ladder.some(({ action }) => STARTS.includes(action));
  return [...new Set<InputName>([...(symptom?.needs ?? []), 'jobState', 'platform', ...(starts ? POINTS : [])])];
}

const POINTS = ['restorePoints'] as const;
const PAGE: Rung = { action: 'Page', withinMs: 0 };

function ladderOf({ ladder }: StatedRule): readonly Rung[] {
  const rungs = ladder
    .filter(({ action }) => action !== 'Page')
    .map(({ action, within }) => ({ action, withinMs: within }));
  return [...rungs, PAGE];
}
