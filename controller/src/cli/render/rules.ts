import type { Rule } from '../../core/model/rule.ts';
import { formatDuration } from '../../resources/duration.ts';
import type { Terminal } from '../terminal.ts';

/** Rules in order of precedence, in the form that `spec.heal.rules` of a policy has: they can be copied into one. */
export function renderRules(rules: readonly Rule[], paint: Terminal['paint']): string {
  const comment = (text: string): string => paint('dim', `# ${text}`);
  const head = [
    'In order of precedence. A rule of a policy with the same name replaces one of these;',
    '{name: X, enabled: false} switches it off.',
  ].map((line) => `${comment(line)}\n`);
  const texts = rules.map((rule) => {
    const { name, when, forMs, cause, needs, ladder, summary } = writtenRule(rule);
    return [
      `${paint('bold', `- name: ${name}`)}`,
      `  ${comment(summary)}`,
      ...(needs.length > 0 ? [`  ${comment(`needs ${needs.join(', ')}`)}`] : []),
      `  when: {${when}${forMs === '0s' ? '' : `, for: ${forMs}`}}`,
      ...(cause === name ? [] : [`  cause: ${cause}`]),
      '  ladder:',
      ...ladder.map(({ action, within }) => `    - {action: ${action}${within === null ? '' : `, within: ${within}`}}`),
      '',
    ].join('\n');
  });
  return `${head.join('')}${texts.join('\n')}`;
}

/** A rule as JSON shows it, in the words of a policy. */
export function ruleJson(rule: Rule): object {
  const { name, forMs, cause, ladder } = writtenRule(rule);
  const when = { ...conditionOf(rule), for: forMs };
  const rungs = ladder.map(({ action, within }) => (within === null ? { action } : { action, within }));
  return { name, when, cause, ladder: rungs, needs: rule.needs, summary: rule.summary };
}

interface WrittenRule extends Pick<Rule, 'name' | 'cause' | 'needs' | 'summary'> {
  readonly when: string;
  readonly forMs: string;
  readonly ladder: readonly { readonly action: string; readonly within: string | null }[];
}

function writtenRule(rule: Rule): WrittenRule {
  const [[kind, value] = ['symptom', '']] = Object.entries(conditionOf(rule));
  const { name, cause, needs, summary } = rule;
  return {
    name,
    cause,
    needs,
    summary,
    // Queries hold quotes and braces: in JSON's quotes they are YAML as well.
    when: `${kind}: ${rule.when.kind === 'symptom' ? value : JSON.stringify(value)}`,
    forMs: formatDuration(rule.forMs),
    ladder: rule.ladder.map(({ action, withinMs }) => ({
      action,
      within: action === 'Page' ? null : formatDuration(withinMs),
    })),
  };
}

function conditionOf({ when }: Rule): Readonly<Record<string, string>> {
  if (when.kind === 'symptom') return { symptom: when.symptom };
  return { [when.source === 'loki' ? 'logql' : 'promql']: when.query };
}
