import { describe, expect, it } from 'vitest';
import { HOLD_REASONS } from '../core/model/reason.ts';
import { METRICS } from './metric-table.ts';
import { createMetrics } from './metrics.ts';

const job = { platform: 'process', namespace: 'local', kind: 'Job', name: 'topup' };

async function seriesOf(metrics: ReturnType<typeof createMetrics>, name: string): Promise<string[]> {
  return (await metrics.text()).body
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('metrics', () => {
  it('has every hold reason from the start', async () => {
    const series = await seriesOf(createMetrics('1'), 'drey_holds_total');
    expect(series).toEqual(HOLD_REASONS.map((reason) => `drey_holds_total{reason="${reason}"} 0`));
  });

  it('declares every metric of the table with its help', async () => {
    const { body } = await createMetrics('1').text();
    for (const [name, { help, type }] of Object.entries(METRICS)) {
      expect(body).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
  });

  it('ends series of jobs that are gone', async () => {
    const metrics = createMetrics('1');
    metrics.replace('drey_job_healthy', [{ labels: job, value: 1 }]);
    metrics.replace('drey_job_healthy', [{ labels: { ...job, name: 'bonus' }, value: 0 }]);
    expect(await seriesOf(metrics, 'drey_job_healthy')).toEqual([
      'drey_job_healthy{platform="process",namespace="local",kind="Job",name="bonus"} 0',
    ]);
    metrics.replace('drey_job_healthy', []);
    expect(await seriesOf(metrics, 'drey_job_healthy')).toEqual([]);
  });

  it('keeps every instance apart', async () => {
    const one = createMetrics('1');
    one.inc('drey_ticks_total', { outcome: 'done' });
    expect(await seriesOf(createMetrics('1'), 'drey_ticks_total')).toEqual([
      'drey_ticks_total{outcome="done"} 0',
      'drey_ticks_total{outcome="failed"} 0',
    ]);
  });
});
