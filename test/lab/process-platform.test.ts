import { existsSync } from 'node:fs';
import { readFile, readdir, rm, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startStep } from '../../controller/src/platforms/contract.ts';
import type { ProcessPlatform } from '../../controller/src/platforms/process/platform.ts';
import { contextOf, execute, planFor, untilSettled } from '../contract/platform/execute.ts';
import { describePlatform } from '../contract/platform/suite.ts';
import { type ProcessHarness, processHarness } from './process-harness.ts';

let harness: ProcessHarness;

describePlatform('process', async () => {
  harness = await processHarness();
  // The tests below go on with its cluster.
  return { ...harness, dispose: () => Promise.resolve() };
});

describe('platform process on real Flink', () => {
  afterAll(() => harness?.dispose());

  async function targets(kind: 'prometheus' | 'promtail'): Promise<readonly string[]> {
    const text = await readFile(join(harness.flink.drey.stateDir, 'targets', `${kind}-plat.json`), 'utf8');
    return (JSON.parse(text) as { labels: { pod: string } }[]).map(({ labels }) => labels.pod);
  }

  async function identities(): Promise<readonly string[]> {
    return (await harness.processes()).map(({ identity }) => identity);
  }

  /** The completed checkpoints in a run's folder, newest first. */
  async function completedIn(run: string): Promise<readonly string[]> {
    const names = (await readdir(run)).filter((name) => existsSync(join(run, name, '_metadata')));
    const number = (name: string): number => Number(name.slice('chk-'.length));
    const points = names.filter((name) => name.startsWith('chk-')).sort((a, b) => number(b) - number(a));
    return points.map((name) => join(run, name));
  }

  it('adopts what runs: a new Drey starts nothing, and sees a loss as a loss', async () => {
    const before = await identities();
    expect(before).toHaveLength(3);
    const adopted = harness.reopen() as ProcessPlatform;
    expect(await adopted.bootstrap(AbortSignal.timeout(60_000))).toEqual({ plat: 'adopted' });
    expect(await identities()).toEqual(before);
    expect(await adopted.jobs()).toEqual([await harness.job()]);

    const pods = await targets('prometheus');
    const lost = pods.at(-1) ?? '';
    await harness.killTaskManager(lost);
    expect(await adopted.bootstrap(AbortSignal.timeout(60_000))).toEqual({ plat: 'adopted' });
    expect(await identities()).toHaveLength(2);
    expect(await targets('prometheus')).toEqual(pods.filter((pod) => pod !== lost));
    expect(await targets('promtail')).toEqual(pods);
    const { findings } = await execute(harness, { action: 'RestartTaskManager', params: { pods: [lost] } });
    expect(findings.at(-1)?.after).toMatchObject({ state: 'Done' });
    await harness.job();
    expect(await targets('prometheus')).toEqual(pods);
  });

  it('names the damage of a truncated point', async () => {
    const points = [await harness.copyOfPoint(), await harness.restorePoint()];
    await truncate(join(points[0]!, '_metadata'), 200);
    const { findings } = await execute(harness, { action: 'RestartFromCheckpoint', points });
    const first = findings.find(({ step }) => step === startStep(1));
    expect(first?.after).toEqual({ state: 'Failed', onRestorePoint: true, detail: 'FAILED: java.io.EOFException' });
    expect(findings.at(-1)?.after).toMatchObject({ state: 'Done' });
  });

  it('ends a run that restarts for ever because a file of its point is gone', async () => {
    const run = dirname(await harness.restorePoint());
    await expect.poll(async () => (await completedIn(run)).length, { timeout: 60_000 }).toBeGreaterThan(2);
    // Ends the run, so that it takes no newer checkpoint; without a point nothing is started.
    await expect(execute(harness, { action: 'RestartFromCheckpoint' })).rejects.toThrow(/no restore point/);
    const points = await completedIn(run);
    for (const name of await readdir(points[0]!)) if (name !== '_metadata') await rm(join(points[0]!, name));
    const { findings, plan } = await execute(harness, { action: 'RestartFromCheckpoint', points });
    const first = findings.find(({ step }) => step === startStep(1));
    expect(first?.after).toMatchObject({
      state: 'Failed',
      onRestorePoint: true,
      detail: expect.stringContaining('FileNotFoundException'),
    });
    expect(findings.at(-1)?.after).toMatchObject({ state: 'Done' });
    expect(await harness.liveRuns()).toEqual([plan.find(({ step }) => step === startStep(2))?.key]);
  });

  it('proves nothing while TaskManagers of a lost JobManager live', async () => {
    const point = await harness.restorePoint();
    const restart = await planFor(harness, { action: 'RestartFromCheckpoint' });
    await harness.killJobManager();
    const request = { action: 'RecreateCluster' } as const;
    const plan = await planFor(harness, request);
    const start = await contextOf(harness, request, { step: plan.find(({ step }) => step === 'start-jobmanager')! });
    await harness.platform.send(start);
    expect(await untilSettled(harness.platform, start, harness.patienceMs)).toMatchObject({ state: 'Done' });
    // The new JobManager answers and knows no run.
    expect(await harness.liveRuns()).toEqual([]);
    const proof = restart.find(({ step }) => step === 'prove-ended')!;
    const finding = await harness.platform.find(await contextOf(harness, request, { step: proof }));
    expect(finding).toEqual({ state: 'Pending', detail: expect.stringContaining('outlived its JobManager') });
    const { findings } = await execute(harness, { ...request, points: [point] });
    expect(findings.at(-1)?.after).toMatchObject({ state: 'Done' });
  });

  it('lost no event and counted none twice through all of this, and no two runs emitted at once', async () => {
    const { violations, overlapMs, records } = await harness.flink.topup.counts();
    expect({ violations, overlapMs }).toEqual({ violations: { lost: 0, duplicated: 0 }, overlapMs: 0 });
    expect(records).toBeGreaterThan(0);
  });
});
