import { rename, readdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { readFile } from 'node:fs/promises';
import { startDrey } from './drey.ts';
import type { FlinkCluster } from './flink.ts';
import { type Lab, startLab } from './lab.ts';
import { failForGood, newRun, watched } from './rows/scenario.ts';
import { decisions, explain, metric, remediations, runningRun, settledCounts, until } from './rows/watch.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ prometheus: true });
});
afterAll(() => lab.stop());

/** The run's checkpoints on storage, newest first. */
async function stored(cluster: FlinkCluster, runId: string): Promise<readonly string[]> {
  const folder = join(cluster.checkpointDir, runId);
  const names = (await readdir(folder)).filter((name) => name.startsWith('chk-'));
  const ids = names.map((name) => Number(name.slice(4))).toSorted((a, b) => b - a);
  const complete = await Promise.all(
    ids.map(async (id) => ((await readdir(join(folder, `chk-${id}`))).includes('_metadata') ? [id] : [])),
  );
  return complete.flat().map((id) => join(folder, `chk-${id}`));
}

async function setMaxRewind(cluster: FlinkCluster, maxRewind: string): Promise<void> {
  const policy = parse(await readFile(cluster.drey.policy, 'utf8')) as { spec: Record<string, unknown> };
  policy.spec['heal'] = { restore: { maxRewind } };
  await writeFile(cluster.drey.policy, stringify(policy));
}

describe.concurrent('restore points', { timeout: 600_000 }, () => {
  it('newest deleted: too far, none at all, then the one before within maxRewind', async () => {
    const { cluster, drey, runId } = await watched(lab, { name: 'deleted' });
    await until(async () => (await stored(cluster, runId)).length >= 3, {
      what: 'three checkpoints',
      withinMs: 120_000,
    });
    await drey.stop();
    await failForGood(cluster, runId);
    const points = await stored(cluster, runId);
    const aside = async (path: string): Promise<void> => rename(path, join(cluster.folder, path.split('/').at(-1)!));
    const back = async (path: string): Promise<void> => rename(join(cluster.folder, path.split('/').at(-1)!), path);

    await aside(points[0]!);
    await setMaxRewind(cluster, '1s');
    const tooFar = await startDrey(cluster, lab.table);
    const view = await until(
      async () => {
        const { job } = await explain(tooFar);
        return job.decision?.reason === 'RewindTooFar' && job;
      },
      { what: 'RewindTooFar', withinMs: 120_000 },
    );
    expect(view.page?.detail).toContain(points[1]);
    expect((await metric(tooFar, 'drey_page_active')).join()).toMatch(/name="topup".* 1$/);
    await tooFar.stop();

    for (const path of points.slice(1)) await aside(path);
    const none = await startDrey(cluster, lab.table);
    await until(async () => (await explain(none)).job.decision?.reason === 'NoUsableCheckpoint', {
      what: 'NoUsableCheckpoint',
      withinMs: 120_000,
    });
    expect((await metric(none, 'drey_page_active')).join()).toMatch(/name="topup".* 1$/);
    expect(
      (await decisions(cluster)).some((line) => line['reason'] === 'NoUsableCheckpoint' && line['page'] === true),
    ).toBe(true);
    // Untouched: nothing was begun, the failed run is the only one.
    expect(await remediations(cluster)).toEqual([]);
    expect((await (await cluster.rest()).jobs()).map((job) => job.state)).toEqual(['FAILED']);
    await none.stop();

    for (const path of points.slice(1)) await back(path);
    await setMaxRewind(cluster, '10m');
    await startDrey(cluster, lab.table);
    const run = await newRun(cluster, runId);
    const { restored } = await (await cluster.rest()).checkpoints(run.id);
    expect(restored?.path).toContain(points[1]);
    const [remediation] = await remediations(cluster);
    expect(JSON.stringify(remediation)).toContain(points[0]);
    expect((await settledCounts(cluster)).violations).toEqual({ lost: 0, duplicated: 0 });
  });

  it('newest corrupt: the one before is used and said so', async () => {
    const { cluster, drey, runId } = await watched(lab, { name: 'corrupt' });
    await until(async () => (await stored(cluster, runId)).length >= 2, { what: 'two checkpoints', withinMs: 120_000 });
    await drey.stop();
    await failForGood(cluster, runId);
    const points = await stored(cluster, runId);
    await truncate(join(points[0]!, '_metadata'), 100);
    await startDrey(cluster, lab.table);
    const run = await newRun(cluster, runId);
    const { restored } = await (await cluster.rest()).checkpoints(run.id);
    expect(restored?.path).toContain(points[1]);
    const [remediation] = await remediations(cluster);
    expect(JSON.stringify(remediation)).toContain(dirname(points[0]!));
    expect(JSON.stringify(remediation?.status)).toContain(points[0]);
  });

  it('a job that somebody restarted empty is paged with the newest point', async () => {
    const { cluster, drey, runId } = await watched(lab, { name: 'empty' });
    await until(async () => (await stored(cluster, runId)).length >= 1, { what: 'a checkpoint', withinMs: 120_000 });
    await (await cluster.rest()).cancel(runId);
    await until(async () => (await runningRun(cluster)) === undefined, { what: 'the cancel', withinMs: 30_000 });
    const [newest] = await stored(cluster, runId);
    await cluster.submit();
    const view = await until(
      async () => {
        const seen = await explain(drey);
        return seen.cause?.name === 'StartedEmpty' && seen;
      },
      { what: 'StartedEmpty', withinMs: 90_000 },
    );
    expect(view.job.page).toMatchObject({ cause: 'StartedEmpty' });
    expect(view.job.page?.detail).toContain(newest);
    expect((await metric(drey, 'drey_page_active')).join()).toMatch(/cause="StartedEmpty".* 1$/);
    expect(await remediations(cluster)).toEqual([]);
  });
});
