import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import catalogue from '../../catalogue/metrics.json' with { type: 'json' };
import { DEFAULT_LABELS, fleetQueries } from '../../controller/src/sources/prometheus/queries.ts';
import { type Lab, startLab } from './lab.ts';
import { measured } from './rows/measured.ts';
import { failedJob } from './rows/stories/heal.ts';
import { query } from './rows/watch.ts';
import { versions } from './versions.ts';

const parallelism = 2;
const sinceOf = (name: string): string => (catalogue as Record<string, { since: string }>)[name]?.since ?? '';

describe.concurrent('Flink 1.20', { timeout: 600_000 }, () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab({
      prometheus: true,
      flink: { flinkVersion: '1.20', namespace: 'older', parallelism, slotsPerTaskManager: parallelism },
    });
  });
  afterAll(() => lab.stop());

  it('runs the example job with the adaptive scheduler', async () => {
    const rest = await lab.flink!.rest();
    expect((await rest.overview()).version).toBe(versions.flink['1.20'].version);
    const [job] = await rest.jobs();
    expect(job).toMatchObject({ name: 'topup', state: 'RUNNING' });
    const details = await rest.job(job!.id);
    expect(details.vertices.map((vertex) => vertex.parallelism)).toEqual([parallelism, parallelism, parallelism]);
    await vi.waitFor(async () => expect((await rest.checkpoints(job!.id)).history).not.toEqual([]), 30_000);
  });

  it('shows Prometheus what the queries of a tick ask for', async () => {
    const queries = fleetQueries({ labels: DEFAULT_LABELS, matchers: { namespace: 'older' }, windowMs: 20_000 });
    const empty = new Set<string>(Object.keys(queries));
    const began = performance.now();
    await vi.waitFor(
      async () => {
        for (const name of empty) {
          const found = await query(lab.prometheus!.url, queries[name as keyof typeof queries]);
          if (found.length > 0) empty.delete(name);
        }
        expect([...empty]).toEqual([]);
      },
      { timeout: 90_000, interval: 2_000 },
    );
    // What this line lacks of the job's metrics is what the catalogue says, and nothing else.
    const names = /_job_\(([^)]*)\)/.exec(queries.job)?.[1]?.split('|') ?? [];
    const missing = [];
    for (const name of names) {
      const found = await query(lab.prometheus!.url, `flink_jobmanager_job_${name}{namespace="older"}`);
      if (found.length === 0) missing.push(name);
    }
    const later = names.filter((name) => sinceOf(`flink_jobmanager_job_${name}`).startsWith('2.'));
    expect(later).not.toEqual([]);
    expect(missing).toEqual(later);
    await measured('first answer to every query on Flink 1.20', { ms: Math.round(performance.now() - began) });
  });

  // The other rows run in test/long.
  failedJob(() => lab, '1.20');
});
