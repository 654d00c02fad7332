import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import { chooseJob } from '../choose-job.ts';
import type { Client } from '../client.ts';
import { renderExplain } from '../render/explain.ts';
import { renderPolicies } from '../render/policies.ts';
import { renderRules, ruleJson } from '../render/rules.ts';
import type { Terminal } from '../terminal.ts';

/** `drey explain JOB`: what is seen of a job, what follows from it, and why something is done or not. */
export async function explainCommand(
  client: Client,
  wanted: string,
  terminal: Terminal,
  json: boolean,
): Promise<number> {
  const { policies, jobs } = await client.jobs();
  const { now, explain } = await client.explain(chooseJob(jobs, wanted));
  const text = (): string => renderPolicies(policies, terminal.paint) + renderExplain(explain, now, terminal.paint);
  terminal.out(json ? `${JSON.stringify({ now, explain }, null, 2)}\n` : text());
  return 0;
}

/** `drey explain --rules`: the built-in rules, in the form of a policy's, asked of nobody. */
export function rulesCommand(terminal: Terminal, json: boolean): number {
  const rules = BUILT_IN_RULES;
  terminal.out(
    json ? `${JSON.stringify({ rules: rules.map(ruleJson) }, null, 2)}\n` : renderRules(rules, terminal.paint),
  );
  return 0;
}
