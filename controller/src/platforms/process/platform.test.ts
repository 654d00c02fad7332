import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlanStep } from '../../core/model/remediation.ts';
import { systemClock } from '../../io/clock.ts';
import { silentLog } from '../../io/log.ts';
import { FakeFlink } from '../../sources/fakes/fake-flink.ts';
import type { PlatformJob, StepContext } from '../contract.ts';
import { Cluster } from './cluster.ts';
import type { ProcessClusterConfig } from './config.ts';
import { ProcessPlatform } from './platform.ts';
import { type ClusterProcess, killProcesses } from './processes.ts';

/** Stands for Java: answers the memory question, and otherwise lives until it is killed. */
const JAVA = `#!/bin/sh
case "$*" in
  *BashJavaUtils*) echo 'BASH_JAVA_UTILS_EXEC_RESULT:-Xmx1m'; echo 'BASH_JAVA_UTILS_EXEC_RESULT:-D a=b'; exit 0;;
esac
exec sleep 600
`;

describe('platform process', () => {
  let folder: string;
  let config: ProcessClusterConfig;
  let flink: FakeFlink;
  const signal = AbortSignal.timeout(60_000);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drey-process-'));
    await mkdir(join(folder, 'flink', 'lib'), { recursive: true });
    await writeFile(join(folder, 'flink', 'lib', 'flink-dist-2.3.0.jar'), '');
    await writeFile(join(folder, 'java'), JAVA);
    await chmod(join(folder, 'java'), 0o755);
    await mkdir(join(folder, 'state'));
    config = {
      name: 'c',
      namespace: 'local',
      flinkHome: join(folder, 'flink'),
      java: join(folder, 'java'),
      taskManagers: 2,
      slotsPerTaskManager: 2,
      taskManagerMemory: '1g',
      jobManagerMemory: '1g',
      flinkConf: {},
      checkpointDir: join(folder, 'checkpoints'),
      job: { name: 'topup', jar: 'topup.jar', args: [], parallelism: 2 },
    };
    flink = new FakeFlink();
    register('c-taskmanager-0', 'c-taskmanager-1');
  });

  afterEach(async () => {
    for (const process of await processes()) await killProcesses([process.identity], systemClock);
    await rm(folder, { recursive: true });
  });

  const deps = (): { stateDir: string; clock: typeof systemClock; env: Record<string, string> } => ({
    stateDir: join(folder, 'state'),
    clock: systemClock,
    env: { PATH: process.env['PATH'] ?? '' },
  });
  const open = (): ProcessPlatform =>
    new ProcessPlatform({ ...deps(), log: silentLog, config: { clusters: [config] }, flink: flink.factory });

  function register(...pods: readonly string[]): void {
    flink.taskManagers = pods.map((id) => ({ id, slots: 2, freeSlots: 2, lastHeartbeatAt: null }));
  }

  const processes = (): Promise<readonly ClusterProcess[]> => new Cluster(config, deps()).processes();

  async function job(platform: ProcessPlatform): Promise<PlatformJob> {
    return (await platform.jobs())[0] as PlatformJob;
  }

  async function contextOf(platform: ProcessPlatform, step: PlanStep): Promise<StepContext> {
    const journal = [
      { step: 'stop-all/1', key: 'k', state: 'Done', plannedAt: 0, sentAt: 0, doneAt: 0, detail: '' },
    ] as const;
    return { job: await job(platform), action: 'RecreateCluster', params: {}, step, journal, signal };
  }

  async function kill(pod: string): Promise<void> {
    const found = (await processes()).filter((process) => process.pod === pod);
    await killProcesses(
      found.map(({ identity }) => identity),
      systemClock,
    );
  }

  it('starts a brand-new cluster, and tells where its metrics and logs are', async () => {
    const platform = open();
    expect((await job(platform)).status).toMatchObject({
      jobManager: 'Missing',
      taskManagers: { wanted: 2, running: 0 },
    });
    expect(await platform.bootstrap(signal)).toEqual({ c: 'started' });
    const { status, restUrl } = await job(platform);
    expect(status).toEqual({
      jobManager: 'Running',
      taskManagers: { wanted: 2, running: 2, ended: [] },
      pods: { jobManagers: ['c-jobmanager-0'], taskManagers: ['c-taskmanager-0', 'c-taskmanager-1'] },
      slotsPerTaskManager: 2,
      busy: null,
      owner: null,
    });
    expect(restUrl).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+$/);
    const text = await readFile(join(folder, 'state', 'targets', 'prometheus-c.json'), 'utf8');
    expect(JSON.parse(text)[1]).toEqual({
      targets: [expect.stringMatching(/^127\.0\.0\.1:[0-9]+$/)],
      labels: { namespace: 'local', pod: 'c-taskmanager-0', component: 'taskmanager' },
    });
    const logs = await readFile(join(folder, 'state', 'targets', 'promtail-c.json'), 'utf8');
    expect(JSON.parse(logs)[0].labels.__path__).toMatch(/process\/c\/log\/c-jobmanager-0\.log$/);
  });

  it('adopts it, and takes what is missing for a loss', async () => {
    await open().bootstrap(signal);
    const before = await processes();
    await kill('c-taskmanager-1');
    const platform = open();
    expect(await platform.bootstrap(signal)).toEqual({ c: 'adopted' });
    expect(await processes()).toEqual(before.filter(({ pod }) => pod !== 'c-taskmanager-1'));
    expect((await job(platform)).status.taskManagers).toEqual({ wanted: 2, running: 1, ended: ['c-taskmanager-1'] });
    await kill('c-jobmanager-0');
    expect((await job(platform)).status.jobManager).toBe('Ended');
  });

  it('finishes a first start that was cut off', async () => {
    register();
    const cut = AbortSignal.timeout(1000);
    await expect(open().bootstrap(cut)).rejects.toThrow(/abort|timeout/i);
    await kill('c-taskmanager-0');
    const before = await processes();
    register('c-taskmanager-0', 'c-taskmanager-1');
    expect(await open().bootstrap(signal)).toEqual({ c: 'started' });
    expect(await processes()).toEqual(expect.arrayContaining([...before]));
    expect(await processes()).toHaveLength(3);
  });

  it('shows the other clusters when the record of one is broken', async () => {
    const other = { ...config, name: 'other', namespace: 'elsewhere' };
    const platform = new ProcessPlatform({
      ...deps(),
      log: silentLog,
      config: { clusters: [config, other] },
      flink: flink.factory,
    });
    const record = join(folder, 'state', 'process', other.name, 'cluster.json');
    await mkdir(dirname(record), { recursive: true });
    await writeFile(record, '{"torn');
    expect((await platform.jobs()).map((one) => one.key)).toEqual(['process/local/Job/topup']);
    const alone = new ProcessPlatform({
      ...deps(),
      log: silentLog,
      config: { clusters: [other] },
      flink: flink.factory,
    });
    await expect(alone.jobs()).rejects.toThrow(/cluster\.json/);
  });

  it('finds processes whose record was lost, and ends them before it starts others', async () => {
    await open().bootstrap(signal);
    await rm(join(folder, 'state', 'process'), { recursive: true });
    const platform = open();
    expect(await platform.bootstrap(signal)).toEqual({ c: 'adopted' });
    const lost = await job(platform);
    expect(lost.status.jobManager).toBe('Missing');
    expect(lost.status.busy).toContain('the record of this cluster is gone');
    const ids = (): string => 'f'.repeat(32);
    const plan = await platform.plan({ job: lost, action: 'RecreateCluster', params: {}, flinkJobId: null, ids });
    expect(plan[0]?.step).toBe('stop-all/1');
    const stop = await contextOf(platform, plan[0]!);
    expect(await platform.find(stop)).toEqual({ state: 'Absent' });
    await platform.send(stop);
    expect(await platform.find(stop)).toMatchObject({ state: 'Done' });
    expect(await processes()).toEqual([]);
  });

  it('starts a process once by its key, and says when it ended', async () => {
    await open().bootstrap(signal);
    await kill('c-jobmanager-0');
    await kill('c-taskmanager-0');
    await kill('c-taskmanager-1');
    const platform = open();
    const context = await contextOf(platform, { step: 'start-jobmanager', key: 'nonce' });
    expect(await platform.find(context)).toEqual({ state: 'Absent' });
    flink.down = true;
    await platform.send(context);
    await expect(platform.send(context)).rejects.toThrow(/runs already/);
    expect(await open().find(context)).toMatchObject({ state: 'Pending' });
    flink.down = false;
    expect(await open().find(context)).toMatchObject({ state: 'Done' });
    expect(await processes()).toMatchObject([{ pod: 'c-jobmanager-0', step: 'nonce', incarnation: 2 }]);
    await kill('c-jobmanager-0');
    expect(await open().find(context)).toMatchObject({ state: 'Failed', onRestorePoint: false });
  });

  it('holds the proof of an end while TaskManagers are older than the JobManager', async () => {
    await open().bootstrap(signal);
    const proof = { step: 'prove-ended', key: 'f'.repeat(32) };
    expect(await open().find(await contextOf(open(), proof))).toMatchObject({ state: 'Done' });
    flink.addRun();
    expect(await open().find(await contextOf(open(), proof))).toMatchObject({ state: 'Pending' });
    flink.runs.length = 0;
    await kill('c-jobmanager-0');
    expect(await open().find(await contextOf(open(), proof))).toMatchObject({ state: 'Pending' });
    const platform = open();
    await platform.send(await contextOf(platform, { step: 'start-jobmanager', key: 'nonce' }));
    expect(await platform.find(await contextOf(platform, proof))).toEqual({
      state: 'Pending',
      detail: 'c-taskmanager-0 outlived its JobManager',
    });
  });

  it('rescales in place only where Flink can', async () => {
    const platform = open();
    await platform.bootstrap(signal);
    flink.addRun({ scheduler: 'Default' });
    const params = { parallelism: { a: 2 } };
    const ids = (): string => 'e'.repeat(32);
    const request = { action: 'Rescale', params, flinkJobId: 'f'.repeat(32), ids } as const;
    await expect(platform.plan({ ...request, job: await job(platform) })).rejects.toThrow(/jobmanager.scheduler/);
  });

  it.each([
    ['2.3.0', ['put-requirements', 'trigger-checkpoint', 'await-parallelism']],
    ['1.20.5', ['trigger-checkpoint', 'put-requirements', 'await-parallelism']],
  ])('orders a rescale by what Flink %s does', async (version, steps) => {
    const platform = open();
    await platform.bootstrap(signal);
    flink.version = version;
    flink.addRun({ scheduler: version.startsWith('1') ? null : 'Adaptive' });
    const ids = (): string => 'e'.repeat(32);
    const request = { action: 'Rescale', params: { parallelism: { a: 2 } }, flinkJobId: 'f'.repeat(32), ids } as const;
    const planned = await platform.plan({ ...request, job: await job(platform) });
    expect(planned.map(({ step }) => step)).toEqual(steps);
  });

  it('ends a hung TaskManager, and never one that is registered', async () => {
    const platform = open();
    await platform.bootstrap(signal);
    const hung = (await processes()).find(({ pod }) => pod === 'c-taskmanager-1')!;
    expect((await job(platform)).taskManagers).toEqual([
      { pod: 'c-taskmanager-0', startedAt: expect.any(Number) },
      { pod: 'c-taskmanager-1', startedAt: expect.any(Number) },
    ]);
    process.kill(hung.pid, 'SIGSTOP');
    const stop = await contextOf(platform, { step: 'stop-unregistered/c-taskmanager-1', key: hung.identity });
    expect(await platform.find(stop)).toMatchObject({ state: 'Failed', detail: expect.stringContaining('left alone') });
    await expect(platform.send(stop)).rejects.toThrow(/registered again/);
    flink.down = true;
    await expect(platform.find(stop)).rejects.toThrow(/ECONNREFUSED/);
    await expect(platform.send(stop)).rejects.toThrow(/ECONNREFUSED/);
    expect(await processes()).toHaveLength(3);
    flink.down = false;
    register('c-taskmanager-0');
    expect(await platform.find(stop)).toEqual({ state: 'Absent' });
    await platform.send(stop);
    expect(await platform.find(stop)).toMatchObject({ state: 'Done' });
    expect((await job(platform)).status.taskManagers.ended).toEqual(['c-taskmanager-1']);
  });

  it('takes away a TaskManager only when all its slots are free', async () => {
    const platform = open();
    await platform.bootstrap(signal);
    const context = await contextOf(platform, { step: 'stop-free-taskmanager/1', key: 'taskmanagers<=1' });
    flink.taskManagers = flink.taskManagers.map((it) => ({ ...it, freeSlots: 1 }));
    expect(await platform.find(context)).toMatchObject({ state: 'Pending' });
    await platform.send(context);
    expect(await processes()).toHaveLength(3);
    register('c-taskmanager-0');
    await platform.send(context);
    expect((await job(platform)).status.taskManagers).toEqual({ wanted: 1, running: 1, ended: [] });
    expect((await processes()).map(({ pod }) => pod)).not.toContain('c-taskmanager-0');
    expect(await platform.find(context)).toMatchObject({ state: 'Done' });
  });
});
