import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { endLabProcesses, type Lab, startLab } from './lab.ts';
import { markedProcesses } from './processes/marked.ts';
import { readTable } from './processes/table.ts';
import { checkoutRoot } from './root.ts';

describe('lab', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab({ prometheus: true, flink: { parallelism: 2, slotsPerTaskManager: 2 } });
  });

  afterAll(() => lab.stop());

  async function query(promql: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
    const response = await fetch(`${lab.prometheus!.proxy.url}/api/v1/query?query=${encodeURIComponent(promql)}`);
    const answer = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return answer.data.result;
  }

  it('runs the job, and Prometheus has its series with the labels of the contract', async () => {
    const promql = 'sum by (namespace, pod, component, job_name) (flink_taskmanager_job_task_numRecordsIn)';
    await vi.waitFor(
      async () => {
        const metric = { namespace: 'local', pod: 'lab-taskmanager-0', component: 'taskmanager', job_name: 'topup' };
        expect(await query(promql)).toMatchObject([{ metric }]);
      },
      { timeout: 60_000, interval: 500 },
    );
  });

  it('names every process with its port in the table', () => {
    const names = lab.table.processes.map((one) => one.name).toSorted();
    expect(names).toEqual(['lab-jobmanager-0', 'lab-taskmanager-0', 'lab-topup', 'prometheus']);
    expect(lab.table.processes.every((one) => one.port !== null)).toBe(true);
  });

  it('counts what the job emits, and changes its rate', async () => {
    const { topup } = lab.flink!;
    await vi.waitFor(async () => expect((await topup.counts()).records).toBeGreaterThan(0), 30_000);
    await topup.rate(10);
    await vi.waitFor(async () => expect((await topup.counts()).rate).toBe(10), 5_000);
    expect((await topup.counts()).violations).toMatchObject({ lost: 0, duplicated: 0 });
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { markers } = lab.table;
    expect(await markedProcesses(markers)).toHaveLength(4);
    await lab.stop();
    expect(await markedProcesses(markers)).toEqual([]);
  });
});

describe('lab up', () => {
  it('leaves nothing behind when it is interrupted', async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'drey-lab-up-')));
    const up = spawn(process.execPath, [join(checkoutRoot(), 'test/dist/lab.js'), 'up', '--dir', folder], {
      stdio: 'ignore',
    });
    const ended = new Promise((resolve) => up.once('exit', resolve));
    try {
      // Until Flink is being started: what comes before may take its time in a cache that lacks something.
      await vi.waitFor(() => expect(readTable(folder).clusters).toHaveLength(1), 150_000);
      expect(await markedProcesses(readTable(folder).markers)).not.toEqual([]);
      up.kill('SIGINT');
      expect(await ended).toBe(1);
      expect(await markedProcesses(readTable(folder).markers)).toEqual([]);
    } finally {
      up.kill('SIGKILL');
      await endLabProcesses(readTable(folder));
      await rm(folder, { recursive: true, force: true });
    }
  });
});
