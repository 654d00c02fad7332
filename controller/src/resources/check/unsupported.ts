import { SYMPTOMS, type SymptomName } from '../../core/model/diagnosis.ts';
import type { Policy } from '../policy/policy.ts';
import type { StatedRule } from '../policy/rules.ts';
import { describeValue, type Issue, type Path } from './finding.ts';

/**
 * Parts of a policy that have their place in the format and are not carried out by this version. They are refused:
 * a policy that is half obeyed is worse than one that is turned down.
 */
export function unsupportedParts(policy: Policy): readonly Issue[] {
  const { mode, heal, safety } = policy.spec;
  return [
    ...(mode === 'Approve' ? [later(['spec', 'mode'], 'one of Observe, Act', describeValue(mode))] : []),
    ...heal.rules.flatMap((rule, index) => conditionParts(rule, ['spec', 'heal', 'rules', index, 'when'])),
    ...(heal.restore.allowEmpty ? [later(['spec', 'heal', 'restore', 'allowEmpty'], 'false', 'true')] : []),
    ...(safety.approval.actions.length > 0
      ? [later(['spec', 'safety', 'approval', 'actions'], 'no actions', 'actions')]
      : []),
  ];
}

/** Symptoms that nothing tells yet: a rule on one of them would never be true. */
const LATER_SYMPTOMS: readonly SymptomName[] = ['LagGrowing', 'Overloaded', 'Oversized'];

function conditionParts({ when }: StatedRule, path: Path): readonly Issue[] {
  if (when?.alert !== undefined) return [later([...path, 'alert'], 'one of promql, logql, symptom', 'alert')];
  if (when?.symptom === undefined || !LATER_SYMPTOMS.includes(when.symptom)) return [];
  const known = SYMPTOMS.filter((it) => !LATER_SYMPTOMS.includes(it));
  return [later([...path, 'symptom'], `one of ${known.join(', ')}`, describeValue(when.symptom))];
}

/** Keys of the configuration that have their name already and are not supported by this version. */
const LATER_KEYS: ReadonlySet<string> = new Set([
  'store.kubernetes',
  'platforms[].flink-operator',
  'platforms[].standalone',
]);

/** Says of an unknown key of the configuration that it is known, but not yet carried out. */
export function explainLaterKey(issue: Issue): Issue {
  const name = issue.path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[]` : text === '' ? step : `${text}.${step}`),
    '',
  );
  if (issue.at !== 'key' || !LATER_KEYS.has(name)) return issue;
  return { ...later(issue.path, issue.expected, `"${String(issue.path.at(-1))}"`), at: 'key' };
}

function later(path: Path, expected: string, found: string): Issue {
  return { path, at: 'value', expected, found: `${found}, which is not supported by this version`, suggestion: null };
}
