import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../io/clock.ts';
import { MARKERS, clusterProcesses, identityOf, killProcesses } from './processes.ts';

describe('processes of a cluster', () => {
  const id = `test-${randomUUID()}/c`;
  afterEach(async () => {
    const left = await clusterProcesses(id);
    await killProcesses(
      left.map(({ identity }) => identity),
      systemClock,
    );
  });

  function start(command: string, marker: Readonly<Record<string, string>> = {}): number {
    const env = { PATH: process.env['PATH'], [MARKERS.cluster]: id, [MARKERS.incarnation]: '2', ...marker };
    const child = spawn('sh', ['-c', command], { detached: true, stdio: 'ignore', env });
    child.unref();
    return child.pid ?? 0;
  }

  it('are found by their marker, with what they are', async () => {
    const pid = start('exec sleep 60', { [MARKERS.pod]: 'c-taskmanager-1', [MARKERS.step]: 'nonce' });
    start('exec sleep 60', { [MARKERS.cluster]: `${id}2` });
    const identity = await identityOf(pid);
    expect(await clusterProcesses(id)).toEqual([
      {
        pid,
        identity,
        startTicks: Number(identity?.split('@')[1]),
        pod: 'c-taskmanager-1',
        step: 'nonce',
        incarnation: 2,
        main: true,
      },
    ]);
    await killProcesses(
      (await clusterProcesses(`${id}2`)).map((process) => process.identity),
      systemClock,
    );
  });

  it('are told apart from what they started themselves', async () => {
    start('sleep 60; true', { [MARKERS.pod]: 'p' });
    const kinds = async (): Promise<unknown> => new Set((await clusterProcesses(id)).map(({ main }) => main));
    await expect.poll(kinds).toEqual(new Set([true, false]));
  });

  it('end by SIGKILL, all of them', async () => {
    start('trap "" TERM; while true; do sleep 0.1; done');
    await expect.poll(async () => (await clusterProcesses(id)).length).toBeGreaterThan(0);
    const [one] = (await clusterProcesses(id)).filter(({ main }) => main);
    await killProcesses([one!.identity], systemClock);
    expect(await identityOf(one!.pid)).toBeUndefined();
  });

  it('are spared when another one has their pid', async () => {
    const pid = start('exec sleep 60');
    await expect.poll(() => clusterProcesses(id)).toHaveLength(1);
    await killProcesses([`${pid}@1`], systemClock);
    expect(await clusterProcesses(id)).toHaveLength(1);
  });
});
