import { expect } from 'vitest';
import { clusterProcesses } from '../../../controller/src/platforms/process/processes.ts';
import { RESTART_ATTEMPTS } from '../drey-config.ts';
import { type DreyProcess, startDrey } from '../drey.ts';
import type { FlinkCluster, FlinkOptions } from '../flink.ts';
import type { Lab } from '../lab.ts';
import { remediations, runningRun, settledCounts, until, untilSteady } from './watch.ts';

/** The last one finds no attempt left. */
const FAILURES = RESTART_ATTEMPTS + 1;

export interface Watched {
  readonly cluster: FlinkCluster;
  readonly drey: DreyProcess;
  /** Flink job id. */
  readonly runId: string;
}

/** A cluster of its own with Drey on it, once the job runs and has checkpoints. */
export async function watched(lab: Lab, options: FlinkOptions & { readonly name: string }): Promise<Watched> {
  const cluster = await lab.addFlink({
    namespace: options.name,
    taskManagers: 1,
    slotsPerTaskManager: 4,
    parallelism: 4,
    rate: 120,
    args: ['--source-ms', '4', '--count-ms', '20', '--sink-ms', '8', '--subscribers-per-group', '1'],
    ...options,
  });
  const drey = await startDrey(cluster, lab.table);
  await untilSteady(drey);
  await until(async () => (await newestPoint(cluster)) !== null, { what: 'a checkpoint', withinMs: 60_000 });
  const run = await runningRun(cluster);
  return { cluster, drey, runId: run!.id };
}

/** The newest completed checkpoint as Flink reports it. */
export async function newestPoint(
  cluster: FlinkCluster,
): Promise<{ readonly id: number; readonly path: string | null } | null> {
  const rest = await cluster.rest();
  const [job] = (await rest.jobs()).toSorted((a, b) => b.startedAt - a.startedAt);
  return job ? (await rest.checkpoints(job.id)).latest : null;
}

/** A run other than `old` with all its subtasks at work. */
export function newRun(cluster: FlinkCluster, old: string): Promise<{ readonly id: string }> {
  return until(
    async () => {
      const run = await runningRun(cluster);
      return run !== undefined && run.id !== old && run;
    },
    { what: 'a new run', withinMs: 240_000, everyMs: 250 },
  );
}

/** Exactly one remediation, and it was proven to help. */
export async function closedWell(cluster: FlinkCluster, action: string): Promise<void> {
  await until(async () => (await remediations(cluster)).at(-1)?.status.phase === 'Succeeded', {
    what: `${action} is verified`,
    withinMs: 240_000,
  });
  expect((await remediations(cluster)).map((one) => [one.spec.action, one.status.phase])).toEqual([
    [action, 'Succeeded'],
  ]);
}

/** Restored from the newest checkpoint of the run before; nothing lost, nothing twice, never two runs at once. */
export async function restoredExactly(cluster: FlinkCluster, runId: string, newest: number): Promise<number> {
  const { restored } = await (await cluster.rest()).checkpoints(runId);
  expect(restored?.id).toBeGreaterThanOrEqual(newest);
  const counts = await settledCounts(cluster);
  expect(counts).toMatchObject({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
  return counts.runs.at(-1)?.firstAt ?? Number.NaN;
}

/** Throws until the restart strategy gives up; answers when Flink says FAILED. */
export async function failForGood(cluster: FlinkCluster, runId: string): Promise<void> {
  await cluster.topup.fault({ kind: 'throw', times: FAILURES });
  await until(async () => (await (await cluster.rest()).job(runId)).state === 'FAILED', {
    what: 'Flink gives the job up',
    withinMs: 240_000,
    everyMs: 100,
  });
}

/** SIGKILL to one process of a cluster; answers the instant. */
export async function killPod(lab: Lab, { name }: FlinkCluster, pod: string): Promise<number> {
  const known = lab.table.clusters.find((one) => one.name === name);
  const processes = await clusterProcesses(known!.clusterId);
  const main = processes.find((one) => one.pod === `${name}-${pod}` && one.main);
  process.kill(main!.pid, 'SIGKILL');
  return Date.now();
}
