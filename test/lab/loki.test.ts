import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlinkCluster } from './flink.ts';
import { type Lab, startLab } from './lab.ts';
import { isAlive } from './processes/identity.ts';
import { hostileTexts } from './proxy/made-up.ts';
import { measured } from './rows/measured.ts';
import { until } from './rows/watch.ts';

interface Stream {
  readonly stream: Readonly<Record<string, string>>;
  /** Nanoseconds as text, line. */
  readonly values: readonly (readonly [string, string])[];
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

let lab: Lab;
let flink: FlinkCluster;
let readyMs: number;
beforeAll(async () => {
  const began = performance.now();
  lab = await startLab({ loki: true, prometheus: true });
  readyMs = Math.round(performance.now() - began);
  flink = await lab.addFlink({ name: 'logs', namespace: 'logged', parallelism: 2, slotsPerTaskManager: 2 });
});
afterAll(() => lab.stop());

/** Asks Loki through its proxy. */
function ask(path: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${lab.loki!.url}/loki/api/v1/${path}?${new URLSearchParams(fields).toString()}`, {
    signal: AbortSignal.timeout(10_000),
  });
}

async function lines(query: string): Promise<readonly Stream[]> {
  const start = `${Date.now() - 600_000}000000`;
  const answer = (await (await ask('query_range', { query, start })).json()) as { data: { result: Stream[] } };
  return answer.data.result;
}

async function values(query: string): Promise<readonly Series[]> {
  const response = await ask('query', { query });
  const answer = (await response.json()) as { data: { result: Series[] } };
  return answer.data.result;
}

// One stack, one story: each part begins where the one before ended.
describe('Loki of the lab', { timeout: 120_000 }, () => {
  it("has a line of Flink's within seconds, with the labels of the contract and the time it was written", async () => {
    const { topup } = flink;
    const wanted = { namespace: 'logged', pod: 'logs-taskmanager-0', component: 'taskmanager' };
    const took: number[] = [];
    for (const line of ['first odd line', 'second odd line', 'third odd line']) {
      const writtenAt = Date.now();
      await topup.fault({ kind: 'log', line });
      const [stream] = await until(
        async () => {
          const found = await lines(`{namespace="logged"} |= "${line}"`);
          return found.length > 0 && found;
        },
        { what: `Loki has the ${line}`, withinMs: 30_000 },
      );
      took.push(Date.now() - writtenAt);
      expect(stream?.stream).toMatchObject(wanted);
      const at = Number(stream?.values[0]?.[0]) / 1e6;
      expect(at).toBeGreaterThanOrEqual(writtenAt - 1);
      expect(at).toBeLessThan(writtenAt + 10_000);
    }
    const [count] = await values('sum by (pod) (count_over_time({namespace="logged"} |= "odd line" [1m]))');
    expect(count).toMatchObject({ metric: { pod: wanted.pod } });
    expect(Number(count?.value[1])).toBeGreaterThanOrEqual(took.length);
    await measured('line of Flink in Loki', { startMs: readyMs, lineMs: took });
  });

  it('has a stack trace as one entry', async () => {
    const { topup } = flink;
    await topup.fault({ kind: 'throw', times: 1, message: 'wanted failure' });
    const entries = await until(
      async () => {
        const streams = await lines('{namespace="logged", component="taskmanager"} |= "wanted failure"');
        const found = streams.flatMap((stream) => stream.values.map(([, line]) => line));
        return found.some((line) => line.includes('\n\tat ')) && found;
      },
      { what: 'Loki has the stack trace', withinMs: 30_000 },
    );
    for (const entry of entries) expect(entry).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3} [A-Z]+ /);
    expect(await lines('{namespace="logged"} |~ "^\\tat "')).toEqual([]);
  });

  it('takes lines that are pushed, whatever they hold', async () => {
    const { loki } = lab;
    for (const line of hostileTexts) await loki!.push({ labels: { namespace: 'pushed' }, line });
    const all = await until(
      async () => {
        const found = (await lines('{namespace="pushed"}')).flatMap((stream) => stream.values.map(([, line]) => line));
        return found.length === hostileTexts.length && found;
      },
      { what: 'Loki has every pushed line', withinMs: 20_000 },
    );
    expect(all.toSorted()).toEqual(hostileTexts.toSorted());
  });

  it('refuses a query over too many series, and answers many through the proxy alone', async () => {
    const { loki } = lab;
    const { proxy } = loki!;
    proxy.set({ mode: 'many-series', labels: { namespace: 'logged' } });
    expect(await values('count_over_time({namespace="logged"}[1m])')).toHaveLength(5000);
    proxy.set({ mode: 'hostile', labels: { namespace: 'logged' } });
    const found = await values('count_over_time({namespace="logged"}[1m])');
    expect(found.map((series) => series.metric['text'])).toEqual(hostileTexts);
    proxy.set({ mode: 'cut' });
    await expect(ask('query', { query: 'vector(1)' }).then((response) => response.text())).rejects.toThrow(
      'terminated',
    );
    proxy.set({ mode: 'error' });
    expect((await ask('query', { query: 'vector(1)' })).status).toBe(503);
    proxy.set({ mode: 'absent' });
    expect(await values('vector(1)')).toEqual([]);
    proxy.set({ mode: 'pass' });
    expect(await values('vector(1)')).toHaveLength(1);
    const many = Array.from({ length: 600 }, (_, place) => ({
      labels: { namespace: 'many', place: `${place}` },
      line: 'x',
    }));
    await loki!.push(...many);
    const refused = await ask('query', { query: 'sum by (place) (count_over_time({namespace="many"}[1m]))' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('maximum number of series')]);
  });

  it('loses no line while it is stopped', async () => {
    const { loki } = lab;
    const before = loki!.process;
    await loki!.stop();
    expect(await isAlive(before)).toBe(false);
    expect((await ask('query', { query: 'vector(1)' })).status).toBe(502);
    await flink.topup.fault({ kind: 'log', line: 'line in the dark' });
    await sleep(2_000);
    const began = performance.now();
    await loki!.start();
    await until(async () => (await lines('{namespace="logged"} |= "line in the dark"')).length > 0, {
      what: 'Loki has the line that was written while it was stopped',
      withinMs: 30_000,
    });
    await measured('Loki started again', { ms: Math.round(performance.now() - began) });
  });
});
