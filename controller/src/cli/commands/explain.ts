import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import type { Rule } from '../../core/model/rule.ts';
import { DreyError } from '../../resources/errors.ts';
import { DEFAULT_SOURCES, rulesOf } from '../../resources/policy/rules.ts';
import { chooseJob } from '../choose-job.ts';
import type { Client } from '../client.ts';
import { loadDocuments, readFileOrFail } from '../load/load.ts';
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

/**
 * `drey explain --rules`: the built-in rules, or those in force under the policy of a file, in the form of a policy's.
 * Asks no server. Throws `DREY-FILE-UNREADABLE`, and `DREY-USAGE` where the file does not hold one good policy.
 */
export async function rulesCommand(terminal: Terminal, json: boolean, file: string | null): Promise<number> {
  const rules = file === null ? BUILT_IN_RULES : await rulesUnder(file);
  terminal.out(
    json ? `${JSON.stringify({ rules: rules.map(ruleJson) }, null, 2)}\n` : renderRules(rules, terminal.paint),
  );
  return 0;
}

async function rulesUnder(file: string): Promise<readonly Rule[]> {
  const { resources, findings } = loadDocuments(await readFileOrFail(file), file, [
    'FlinkPolicy',
    'ClusterFlinkPolicy',
  ]);
  const [first, second] = resources.map((it) => it.resource);
  if (findings.length > 0 || first === undefined || second !== undefined || first.kind === 'DreyConfig') {
    throw new DreyError('DREY-USAGE', `${file}: expected one policy that \`drey lint\` finds nothing in`);
  }
  return rulesOf(first, DEFAULT_SOURCES);
}
