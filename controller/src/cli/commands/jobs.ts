import type { Client } from '../client.ts';
import { renderJobs } from '../render/jobs.ts';
import { renderPolicies } from '../render/policies.ts';
import type { Terminal } from '../terminal.ts';

/** `drey jobs`: the fleet at a glance. */
export async function jobsCommand(client: Client, terminal: Terminal, json: boolean): Promise<number> {
  const { now, policies, jobs } = await client.jobs();
  const text = (): string => renderPolicies(policies, terminal.paint) + renderJobs(jobs, now, terminal.paint);
  terminal.out(json ? `${JSON.stringify({ now, policies, jobs }, null, 2)}\n` : text());
  return 0;
}
