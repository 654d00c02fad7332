import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlinkLine } from '../../versions.ts';
import { type Lab, startLab } from '../../lab.ts';
import { measured } from '../measured.ts';
import { closedWell, failForGood, killPod, newRun, newestPoint, restoredExactly, watched } from '../scenario.ts';
import { explain, query, runningRun, until } from '../watch.ts';

/** Cases of what is restored and replaced, each on a cluster of its own, at the same time, in one lab. */
export function describeHeal(line: FlinkLine): void {
  describe.concurrent(`heals on Flink ${line}`, { timeout: 600_000 }, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await startLab({ prometheus: true });
    });
    afterAll(() => lab.stop());

    failedJob(() => lab, line);
    killedJobManager(() => lab, line);
    killedTaskManager(() => lab, line);
  });
}

/** The case of a job that is restored from its newest checkpoint, in the caller's lab. */
export function failedJob(lab: () => Lab, line: FlinkLine): void {
  it('a job that used up its restart attempts', async () => {
    const { cluster, drey, runId } = await watched(lab(), { flinkVersion: line, name: 'failed' });
    const newest = await newestPoint(cluster);
    await failForGood(cluster, runId);
    // The series of other jobs of the lab stay: this one's namespace and run tell it apart.
    const series = `flink_jobmanager_job_numRestarts{job_id="${runId}"}`;
    await until(async () => (await query(lab().prometheus!.url, series)).length === 0, {
      what: 'a scrape without the series of the job',
      withinMs: 240_000,
      everyMs: 100,
    });
    const vanishedAt = Date.now();
    const run = await newRun(cluster, runId);
    const seconds = (Date.now() - vanishedAt) / 1000;
    await measured('job FAILED', { flink: line, runningAfterS: seconds });
    expect(seconds).toBeLessThan(60);
    await restoredExactly(cluster, run.id, newest!.id);
    await closedWell(cluster, 'RestartFromCheckpoint');
    expect((await explain(drey)).job.page).toBeNull();
  });
}

function killedJobManager(lab: () => Lab, line: FlinkLine): void {
  it('a killed JobManager, whose TaskManagers outlive it', async () => {
    const { cluster, runId } = await watched(lab(), {
      flinkVersion: line,
      name: 'jm',
      taskManagers: 2,
      slotsPerTaskManager: 2,
    });
    const newest = await newestPoint(cluster);
    const killedAt = await killPod(lab(), cluster, 'jobmanager-0');
    const run = await newRun(cluster, runId);
    const firstAt = await restoredExactly(cluster, run.id, newest!.id);
    expect((await (await cluster.rest()).overview()).taskManagers).toBe(2);
    await measured('JobManager killed', { flink: line, processingAfterS: (firstAt - killedAt) / 1000 });
    await closedWell(cluster, 'RecreateCluster');
  });
}

function killedTaskManager(lab: () => Lab, line: FlinkLine): void {
  it('a killed TaskManager', async () => {
    const { cluster, runId } = await watched(lab(), {
      flinkVersion: line,
      name: 'tm',
      taskManagers: 2,
      slotsPerTaskManager: 2,
    });
    const newest = await newestPoint(cluster);
    const before = (await cluster.topup.counts()).runs.length;
    const killedAt = await killPod(lab(), cluster, 'taskmanager-1');
    const firstAt = await until(async () => (await cluster.topup.counts()).runs[before]?.firstAt ?? undefined, {
      what: 'the job emits again',
      withinMs: 240_000,
    });
    await closedWell(cluster, 'RestartTaskManager');
    // With the new slots Flink itself goes back to the full size.
    await until(async () => (await runningRun(cluster))?.id === runId, { what: 'the same run', withinMs: 120_000 });
    await restoredExactly(cluster, runId, newest!.id);
    expect((await (await cluster.rest()).overview()).taskManagers).toBe(2);
    const [restarts] = await query(lab().prometheus!.url, `flink_jobmanager_job_numRestarts{job_id="${runId}"}`);
    await measured('TaskManager killed', {
      flink: line,
      processingAfterS: (firstAt - killedAt) / 1000,
      restarts: Number(restarts?.value[1]),
    });
  });
}
