import { CAUSE_RULES } from '../../core/diagnose/causes.ts';
import { chooseJob } from '../choose-job.ts';
import type { Client } from '../client.ts';
import { renderExplain } from '../render/explain.ts';
import { renderRules } from '../render/rules.ts';
import type { Terminal } from '../terminal.ts';

/** `drey explain JOB`: what is seen of a job, what follows from it, and why something is done or not. */
export async function explainCommand(
  client: Client,
  wanted: string,
  terminal: Terminal,
  json: boolean,
): Promise<number> {
  const { jobs } = await client.jobs();
  const { now, explain } = await client.explain(chooseJob(jobs, wanted));
  terminal.out(json ? `${JSON.stringify({ now, explain }, null, 2)}\n` : renderExplain(explain, now, terminal.paint));
  return 0;
}

/** `drey explain --rules`: the built-in causes, asked of nobody. */
export function rulesCommand(terminal: Terminal, json: boolean): number {
  terminal.out(
    json ? `${JSON.stringify({ rules: CAUSE_RULES }, null, 2)}\n` : renderRules(CAUSE_RULES, terminal.paint),
  );
  return 0;
}
