import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import type { Action } from '../../core/model/action.ts';
import type { CauseName } from '../../core/model/diagnosis.ts';
import type { Policy } from '../policy/policy.ts';
import { checkRuleQuery, queryOf, type RuleSources, type StatedRule } from '../policy/rules.ts';
import { describeValue, type Issue, type Path } from './finding.ts';
import { suggest } from './suggest.ts';

const RULES: readonly string[] = BUILT_IN_RULES.map((it) => it.name);
/** Causes that are Drey's own: those of its rules, and those of sizing, which have no rule. */
const SIZING: readonly CauseName[] = ['UnderProvisioned', 'OverProvisioned'];
/** Actions that need a size, which a rule does not have. */
const SIZED: readonly Action[] = ['Rescale', 'ScaleTaskManagers'];

/** What is wrong with a policy's rules beyond their shape. */
export function ruleIssues(policy: Policy, sources: RuleSources): readonly Issue[] {
  const { rules } = policy.spec.heal;
  return rules.flatMap((rule, index) => {
    const path: Path = ['spec', 'heal', 'rules', index];
    return [
      ...nameIssues(rule, path, rules.slice(0, index)),
      ...causeIssues(rule, path, rules),
      ...ladderIssues(rule, [...path, 'ladder']),
      ...queryIssues(policy, rule, { path: [...path, 'when'], sources }),
    ];
  });
}

function nameIssues({ name, enabled, when }: StatedRule, path: Path, before: readonly StatedRule[]): readonly Issue[] {
  const at: Path = [...path, 'name'];
  const found = describeValue(name);
  if (before.some((it) => it.name === name))
    return [issue(at, 'a name that no other rule of the policy has', `a second ${found}`)];
  if (enabled || when !== undefined || RULES.includes(name)) return [];
  return [issue(at, "a built-in rule's name, as enabled: false alone switches one off", found, suggest(name, RULES))];
}

/** A ladder's place is told from the cause: two rules with one cause would climb one ladder. */
function causeIssues({ name, cause, enabled }: StatedRule, path: Path, all: readonly StatedRule[]): readonly Issue[] {
  const given = cause ?? name;
  const replaced = name === given || all.some((it) => it.name === given && !it.enabled);
  const isRule = BUILT_IN_RULES.some((it) => it.cause === given);
  if (!enabled || !(SIZING.includes(given) || (isRule && !replaced))) return [];
  const at = [...path, cause === undefined ? 'name' : 'cause'];
  const hint = isRule ? `; the rule ${given} may be replaced by one of its name` : '';
  return [issue(at, `a cause that no built-in rule stands for${hint}`, describeValue(given))];
}

function ladderIssues({ ladder }: StatedRule, path: Path): readonly Issue[] {
  return ladder.flatMap(({ action }, index) => {
    const at: Path = [...path, index, 'action'];
    const found = describeValue(action);
    if (SIZED.includes(action)) return [issue(at, 'an action that needs no size (spec.autoscale sizes jobs)', found)];
    if (action !== 'Page' || index === ladder.length - 1) return [];
    return [issue(at, 'Page as the last action alone', `${found} before another one`)];
  });
}

function queryIssues(
  policy: Policy,
  rule: StatedRule,
  { path, sources }: { readonly path: Path; readonly sources: RuleSources },
): readonly Issue[] {
  const query = queryOf(rule);
  if (query === null) return [];
  const at = [...path, query.language];
  const from = sources[query.language];
  if (from === null) return rule.enabled ? [issue(at, 'sources.loki in the configuration', 'a query without it')] : [];
  const checked = checkRuleQuery(policy, query.language, query.text, from);
  if (checked.ok) {
    const bare = checked.ofAbsence && actsOf(rule).length > 0;
    return bare ? [issue(at, PRESENCE, `one on what is absent, and ${actsOf(rule).join(', ')}`)] : [];
  }
  const { expected, found, suggestion } = checked.problem;
  return [issue(at, expected, found, suggestion)];
}

/** Series vanish with a scrape or a shipper of logs as well, while the job does well. */
const PRESENCE = 'a query on what is there, or a ladder of Page alone, as absence proves nothing';

function actsOf({ ladder }: StatedRule): readonly Action[] {
  return ladder.map(({ action }) => action).filter((it) => it !== 'Page' && it !== 'Wait');
}

function issue(path: Path, expected: string, found: string, suggestion: string | null = null): Issue {
  return { path, at: 'value', expected, found, suggestion };
}
