import { describe, expect, it } from 'vitest';
import { DEFAULT_LABELS, fleetQueries, rateWindowMs } from './queries.ts';

describe('fleetQueries', () => {
  it('takes rates over four scrapes, at least 20 s', () => {
    expect([1000, 5000, 15_000].map(rateWindowMs)).toEqual([20_000, 20_000, 60_000]);
  });

  it('puts labels and matchers into every selector', () => {
    const labels = { namespace: 'ns', pod: 'instance', job: 'flink_job' };
    const queries = fleetQueries({ labels, matchers: { cluster: 'a"b' }, windowMs: 20_000 });
    for (const query of Object.values(queries)) {
      const selectors = query.match(/\{[^}]*\}/g) ?? [];
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector).toContain(String.raw`cluster="a\"b"`);
      expect(query).toMatch(/\((__name__, )?ns, /);
      expect(query).not.toContain('job_name');
    }
  });

  it('takes busy time by delta and records by rate, of series that are still there', () => {
    const queries = fleetQueries({ labels: DEFAULT_LABELS, matchers: {}, windowMs: 60_000 });
    expect(queries.vertexBusy).toBe(
      'sum by (namespace, job_name, job_id, task_id, task_name) ' +
        '(delta(flink_taskmanager_job_task_accumulateBusyTimeMs{}[60s]) / 60 and flink_taskmanager_job_task_accumulateBusyTimeMs{})',
    );
    expect(queries.vertexIn).toContain('rate(flink_taskmanager_job_task_numRecordsIn{}[60s]) and ');
    expect(JSON.stringify(queries)).not.toContain('PerSecond');
  });
});
