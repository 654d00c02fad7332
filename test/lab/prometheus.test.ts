import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Lab, startLab } from './lab.ts';
import { isAlive } from './processes/identity.ts';

describe('Prometheus of the lab', () => {
  let lab: Lab;
  let exporter: Server;

  beforeAll(async () => {
    lab = await startLab({ prometheus: true });
    exporter = createServer((_, response) =>
      response.setHeader('content-type', 'text/plain; version=0.0.4').end('flink_taskmanager_x 3\n'),
    );
    await new Promise<void>((resolve) => exporter.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await lab.stop();
    exporter.closeAllConnections();
    exporter.close();
  });

  async function values(query: string): Promise<string[]> {
    const response = await fetch(`${lab.prometheus?.proxy.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const answer = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return answer.data.result.map((series) => series.value[1]);
  }

  it('scrapes the targets of a watched folder', async () => {
    const targets = join(lab.dir, 'targets');
    await mkdir(targets);
    const labels = { namespace: 'default', pod: 'a-taskmanager-0' };
    const target = { targets: [`127.0.0.1:${(exporter.address() as AddressInfo).port}`], labels };
    await writeFile(join(targets, 'prometheus-a.json'), JSON.stringify([target]));
    await lab.prometheus?.watch(targets);
    await vi.waitFor(async () => expect(await values('flink_taskmanager_x')).toEqual(['3']), 15_000);
  });

  it('answers as if faulty through the proxy', async () => {
    const proxy = lab.prometheus!.proxy;
    proxy.set({ mode: 'partial', pods: ['a-taskmanager-0'] });
    expect(await values('flink_taskmanager_x')).toEqual([]);
    proxy.set({ mode: 'stale' });
    await new Promise((resolve) => setTimeout(resolve, 7_000));
    expect(Number((await values('time() - timestamp(flink_taskmanager_x)'))[0])).toBeGreaterThan(7);
    proxy.set({ mode: 'pass' });
    expect(Number((await values('time() - timestamp(flink_taskmanager_x)'))[0])).toBeLessThan(7);
  });

  it('comes back with its data after a stop', async () => {
    const server = lab.prometheus!;
    const before = server.process;
    await server.stop();
    expect(await isAlive(before)).toBe(false);
    expect((await fetch(`${server.proxy.url}/api/v1/query?query=up`)).status).toBe(502);
    await server.start();
    await vi.waitFor(async () => expect(await values('flink_taskmanager_x')).toEqual(['3']), 15_000);
  });
});
