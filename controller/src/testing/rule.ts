import { fresh } from '../core/model/input.ts';
import type { Input } from '../core/model/input.ts';
import type { Rule } from '../core/model/rule.ts';
import type { RuleAnswer } from '../core/model/snapshot.ts';
import { NOW } from './snapshot.ts';

const MINUTE = 60_000;

/** A rule on log lines of the last minute, to be varied. */
export function queryRule(
  over: Partial<Rule> = {},
): Rule & { readonly when: Extract<Rule['when'], { kind: 'query' }> } {
  const when = { kind: 'query', source: 'loki', query: 'count', windowMs: MINUTE, lines: 'lines' } as const;
  return {
    name: 'feed-stuck',
    forMs: 0,
    cause: 'feed-stuck',
    needs: ['jobState', 'platform', 'restorePoints'],
    ladder: [
      { action: 'RestartFromCheckpoint', withinMs: 5 * MINUTE },
      { action: 'RecreateCluster', withinMs: 10 * MINUTE },
      { action: 'Page', withinMs: 0 },
    ],
    stated: true,
    summary: '',
    ...over,
    when: over.when?.kind === 'query' ? over.when : when,
  };
}

/** What its query says: true by evidence of the last minute. */
export function ruleAnswer(over: Partial<RuleAnswer> = {}): Input<RuleAnswer> {
  const said = { isTrue: true, evidenceFrom: NOW - MINUTE, pods: [], detail: 'feed-stuck: value 3' };
  return fresh({ ...said, ...over }, 'loki');
}
