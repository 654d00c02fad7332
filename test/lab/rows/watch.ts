import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Remediation } from '../../../controller/src/core/model/remediation.ts';
import type { ExplainView, JobView } from '../../../controller/src/report/api-model.ts';
import { remediationCodec } from '../../../controller/src/resources/objects/remediation.ts';
import type { DreyProcess } from '../drey.ts';
import type { FlinkCluster } from '../flink.ts';

export interface Waiting {
  /** What is waited for, for the message when it does not come. */
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs?: number;
}

/** Asks again and again until the answer is neither undefined nor false. What `ask` throws counts as "not yet". */
export async function until<T>(ask: () => Promise<T | undefined | false>, waiting: Waiting): Promise<T> {
  const deadline = performance.now() + waiting.withinMs;
  let last = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = `; last: ${String(error)}`;
    }
    if (performance.now() > deadline) throw new Error(`not within ${waiting.withinMs} ms: ${waiting.what}${last}`);
    await sleep(waiting.everyMs ?? 500);
  }
}

/** Journals as they are on disk, oldest first; a file in the middle of its replacement is read again. */
export async function remediations(cluster: FlinkCluster): Promise<readonly Remediation[]> {
  const folder = join(cluster.drey.stateDir, 'remediations', cluster.namespace);
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => name.endsWith('.json') && !name.startsWith('.'),
  );
  const found = await Promise.all(
    names.map(async (name) => remediationCodec.decode(JSON.parse(await readFile(join(folder, name), 'utf8'))).value),
  );
  return found.toSorted((a, b) => a.createdAt - b.createdAt);
}

/** Lines of the decision log. */
export async function decisions(cluster: FlinkCluster): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(join(cluster.drey.stateDir, 'decisions.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['type'] === 'decision');
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as T;
}

export async function jobView(drey: DreyProcess): Promise<JobView> {
  const { jobs } = await get<{ jobs: JobView[] }>(`${drey.api}/api/v1/jobs`);
  return jobs[0]!;
}

export async function explain(drey: DreyProcess): Promise<ExplainView> {
  const { key } = await jobView(drey);
  return (await get<{ explain: ExplainView }>(`${drey.api}/api/v1/jobs/${key}/explain`)).explain;
}

/** Values of one metric of Drey, e.g. `drey_page_active`. */
export async function metric(drey: DreyProcess, name: string): Promise<readonly string[]> {
  const text = await (await fetch(`${drey.telemetry}/metrics`, { signal: AbortSignal.timeout(5000) })).text();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

/** Waits until the job runs well and Drey has seen enough of it to size it. */
export function untilSteady(drey: DreyProcess): Promise<JobView> {
  return until(
    async () => {
      const view = await jobView(drey);
      return view.state === 'RUNNING' && view.decision?.reason === 'WithinBand' && (view.lagMs ?? 1e9) < 5000 && view;
    },
    { what: 'the job runs and keeps up', withinMs: 240_000 },
  );
}

/** The one run that is not ended, with all its subtasks at work; undefined while there is none. */
export async function runningRun(cluster: FlinkCluster): Promise<{ readonly id: string } | undefined> {
  const rest = await cluster.rest();
  const living = (await rest.jobs()).filter((job) => job.endedAt === null);
  if (living.length > 1) throw new Error(`${living.length} runs at once`);
  const [run] = living;
  if (run?.state !== 'RUNNING') return undefined;
  const details = await rest.job(run.id);
  return details.vertices.every((vertex) => vertex.status === 'RUNNING') ? run : undefined;
}

/** Instant answer of the real Prometheus, not through the proxy. */
export async function query(prometheus: string, promql: string): Promise<readonly { value: [number, string] }[]> {
  const url = `${prometheus}/api/v1/query?query=${encodeURIComponent(promql)}`;
  return (await get<{ data: { result: { value: [number, string] }[] } }>(url)).data.result;
}

/** Rescales of a cluster's job as Flink counts them. Flink 1.20 counts restarts alone: the job must not have failed there. */
export async function rescaleCount(prometheus: string, { namespace, line }: FlinkCluster): Promise<number> {
  const name = line === '1.20' ? 'numRestarts' : 'numRescales';
  const [count] = await query(prometheus, `max(flink_jobmanager_job_${name}{namespace="${namespace}"})`);
  return Number(count?.value[1]);
}

/** Waits until every subscriber's turn has come in the newest run, then answers the counts: loss and doubles would show. */
export async function settledCounts(cluster: FlinkCluster) {
  const subscribers = 720;
  return until(
    async () => {
      const counts = await cluster.topup.counts();
      const newest = counts.runs.at(-1);
      return newest !== undefined && newest.records > 2 * subscribers && counts;
    },
    { what: 'the new run has seen every subscriber', withinMs: 240_000 },
  );
}
