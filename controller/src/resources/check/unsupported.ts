import type { Policy } from '../policy/policy.ts';
import { describeValue, type Issue, type Path } from './finding.ts';

/**
 * Parts of a policy that have their place in the format and are not carried out by this version. They are refused:
 * a policy that is half obeyed is worse than one that is turned down.
 */
export function unsupportedParts(policy: Policy): readonly Issue[] {
  const { mode, heal, safety } = policy.spec;
  return [
    ...(mode === 'Approve' ? [later(['spec', 'mode'], 'one of Observe, Act', describeValue(mode))] : []),
    ...(heal.rules.length > 0 ? [later(['spec', 'heal', 'rules'], 'no rules', 'rules')] : []),
    ...(heal.restore.allowEmpty ? [later(['spec', 'heal', 'restore', 'allowEmpty'], 'false', 'true')] : []),
    ...(safety.approval.actions.length > 0
      ? [later(['spec', 'safety', 'approval', 'actions'], 'no actions', 'actions')]
      : []),
  ];
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
