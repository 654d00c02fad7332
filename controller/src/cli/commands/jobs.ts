import type { Client } from '../client.ts';
import { renderJobs } from '../render/jobs.ts';
import type { Terminal } from '../terminal.ts';

/** `drey jobs`: the fleet at a glance. */
export async function jobsCommand(client: Client, terminal: Terminal, json: boolean): Promise<number> {
  const { now, jobs } = await client.jobs();
  terminal.out(json ? `${JSON.stringify({ now, jobs }, null, 2)}\n` : renderJobs(jobs, now, terminal.paint));
  return 0;
}
