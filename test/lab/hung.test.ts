import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClusterProcess } from '../../controller/src/platforms/process/processes.ts';
import type { FlinkCluster } from './flink.ts';
import { type Lab, startLab } from './lab.ts';
import { measured } from './rows/measured.ts';
import { closedWell, newestPoint, restoredExactly, watched } from './rows/scenario.ts';
import { podProcesses } from './rows/task-managers.ts';
import { jobView, remediations, runningRun, settledCounts, until } from './rows/watch.ts';

/** Each of two TaskManagers has half of the job. */
const CLUSTER = { taskManagers: 2, slotsPerTaskManager: 2 };

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ prometheus: true });
});
afterAll(() => lab.stop());

describe.concurrent('a TaskManager that hangs', { timeout: 600_000 }, () => {
  it('is ended and replaced: nothing of it is left to go on', async () => {
    const { cluster, runId } = await watched(lab, { name: 'hung', ...CLUSTER });
    const { hung, before, newest, stoppedAt } = await stopOne(cluster);
    const done = await until(
      async () => (await remediations(cluster)).find(({ status }) => status.phase === 'Succeeded'),
      { what: 'it is replaced and that is verified', withinMs: 400_000 },
    );
    const continued = signal(hung, 'SIGCONT');
    await fullSize(cluster, runId);
    const stop = done.status.steps.find(({ step }) => step === `stop-unregistered/${hung.pod}`);
    const start = done.status.steps.find(({ step }) => step === `start-taskmanager/${hung.pod}`);
    const { runs, overlapMs } = await cluster.topup.counts();
    const seconds = (at: number | null | undefined): number => ((at ?? Number.NaN) - stoppedAt) / 1000;
    await measured('TaskManager hung, continued after its replacement', {
      decidedAfterS: seconds(done.createdAt),
      endedAfterS: seconds(stop?.doneAt),
      fullSizeAfterS: seconds(runs.at(-1)?.firstAt),
      overlapMs,
    });

    expect(continued).toBe('ESRCH');
    expect(done.spec).toMatchObject({
      incident: { cause: 'TaskManagerStuck' },
      action: 'RestartTaskManager',
      params: { pods: [hung.pod], onlyUnregistered: true },
    });
    // By pid and start time, and proven gone before the other one was started.
    expect(stop).toMatchObject({ key: hung.identity, state: 'Done' });
    expect(start?.sentAt).toBeGreaterThanOrEqual(stop?.doneAt ?? Number.NaN);
    // Flink misses it after 10 s, and must have missed it for 30 s.
    expect(seconds(done.createdAt)).toBeLessThan(3 * 60);
    const now = await podProcesses(lab, cluster);
    const kept = before.filter(({ identity }) => identity !== hung.identity).map(({ identity }) => identity);
    expect(now).toHaveLength(3);
    expect(now.map(({ identity }) => identity)).toEqual(expect.arrayContaining(kept));
    await restoredExactly(cluster, runId, newest);
    await closedWell(cluster, 'RestartTaskManager');
  });

  it('and goes on before that registers again: Drey leaves it alone', async () => {
    const { cluster, drey, runId } = await watched(lab, { name: 'woken', ...CLUSTER });
    const { hung, before, newest, stoppedAt } = await stopOne(cluster);
    const rest = await cluster.rest();
    const registered = async (): Promise<boolean> => (await rest.taskManagers()).some(({ id }) => id === hung.pod);
    const emitting = (await cluster.topup.counts()).runs.length;
    await until(async () => !(await registered()), { what: 'Flink misses it', withinMs: 60_000, everyMs: 100 });
    const missedAt = Date.now();
    await until(async () => (await cluster.topup.counts()).runs.length > emitting, {
      what: 'the job emits on the other TaskManager',
      withinMs: 60_000,
      everyMs: 100,
    });
    // Time for a scrape and a tick: Drey has seen that it is not registered.
    await sleep(10_000);
    const continuedAt = Date.now();
    expect(signal(hung, 'SIGCONT')).toBe('sent');
    await until(registered, { what: 'it is registered again', withinMs: 60_000, everyMs: 100 });
    const registeredAt = Date.now();
    await fullSize(cluster, runId);
    // As long as it takes Drey to call it stuck.
    await sleep(45_000);
    const { runs, violations } = await settledCounts(cluster);
    const emittedForMs = Math.max(0, (runs[emitting - 1]?.lastAt ?? Number.NaN) - continuedAt);
    await measured('TaskManager hung, continued before its replacement', {
      missedAfterS: (missedAt - stoppedAt) / 1000,
      registeredAfterS: (registeredAt - continuedAt) / 1000,
      emittedForMs,
    });
    expect(await remediations(cluster)).toEqual([]);
    expect((await jobView(drey)).state).toBe('RUNNING');
    expect(identities(await podProcesses(lab, cluster))).toEqual(identities(before));
    const { restored } = await rest.checkpoints(runId);
    expect(restored?.id).toBeGreaterThanOrEqual(newest);
    expect(violations).toEqual({ lost: 0, duplicated: 0 });
    // Flink restarted the job beside it, and its tasks go on until it sees that its heartbeat is late: what a sink without
    // transactions writes until then nobody can take back.
    expect(emittedForMs).toBeLessThan(3000);
  });
});

interface Stopped {
  readonly hung: ClusterProcess;
  /** All pods of the cluster. */
  readonly before: readonly ClusterProcess[];
  /** Newest checkpoint. */
  readonly newest: number;
  readonly stoppedAt: number;
}

/** SIGSTOP to one of two TaskManagers. */
async function stopOne(cluster: FlinkCluster): Promise<Stopped> {
  const before = await podProcesses(lab, cluster);
  const hung = before.find(({ pod }) => pod === `${cluster.name}-taskmanager-1`)!;
  const point = await newestPoint(cluster);
  expect(signal(hung, 'SIGSTOP')).toBe('sent');
  return { hung, before, newest: point!.id, stoppedAt: Date.now() };
}

function signal({ pid }: ClusterProcess, name: 'SIGSTOP' | 'SIGCONT'): string {
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** The same run on both TaskManagers. */
async function fullSize(cluster: FlinkCluster, runId: string): Promise<void> {
  const rest = await cluster.rest();
  await until(
    async () => {
      const run = await runningRun(cluster);
      const { taskManagers, slotsFree } = await rest.overview();
      return run?.id === runId && taskManagers === 2 && slotsFree === 0;
    },
    { what: 'the same run with all its slots', withinMs: 180_000 },
  );
}

function identities(processes: readonly ClusterProcess[]): readonly string[] {
  return processes.map(({ identity }) => identity).toSorted();
}
