import { describe, expect, it } from 'vitest';
import { SourceError } from '../io/errors.ts';
import type { QueryAnswer, Sample } from '../sources/contract.ts';
import { FakeMetrics } from '../sources/fakes/fake-metrics.ts';
import { DEFAULT_LABELS } from '../sources/prometheus/queries.ts';
import { platformJob } from '../testing/observer-world.ts';
import { queryRule } from '../testing/rule.ts';
import { NOW } from '../testing/snapshot.ts';
import { askRules } from './ask-rules.ts';
import { readRules } from './rule-answers.ts';

const OPTIONS = {
  labels: { prometheus: DEFAULT_LABELS, loki: DEFAULT_LABELS },
  at: NOW,
  slackMs: 15_000,
  maxSkewMs: 60_000,
};
const rule = queryRule();

const series = (labels: Sample['labels'], value = 1): Sample => ({ labels, value });
const answered = (samples: readonly Sample[], evaluatedAt: number | null = NOW): QueryAnswer => ({
  ok: true,
  samples,
  evaluatedAt,
});

function read(answer: QueryAnswer, jobs = [platformJob()]) {
  const subjects = jobs.map((job) => ({ job, rules: [rule] }));
  return readRules(subjects, () => answer, OPTIONS);
}
const inputOf = (answer: QueryAnswer) => read(answer).byJob.get(platformJob().key)?.['feed-stuck'];

describe('a series is joined to a job', () => {
  it.each([
    ['by namespace and job name', { namespace: 'default', job_name: 'topup' }, true],
    ['by namespace and pod', { namespace: 'default', pod: 'tm-0' }, true],
    ['by the pod of its JobManager', { namespace: 'default', pod: 'jm' }, true],
    ['by pod where the job name is empty', { namespace: 'default', job_name: '', pod: 'tm-0' }, true],
    ['not from another namespace', { namespace: 'other', job_name: 'topup' }, false],
    ['not by pod where another job is named', { namespace: 'default', job_name: 'fraud', pod: 'tm-0' }, false],
    ['not without a namespace', { job_name: 'topup' }, false],
    ['not by names of objects', { namespace: 'default', job_name: '__proto__' }, false],
  ])('%s', (_, labels, isTrue) => {
    const reading = read(answered([series(labels)]));
    expect(reading.byJob.get(platformJob().key)?.['feed-stuck']).toMatchObject({ value: { isTrue } });
    expect(reading.ignored).toEqual(new Map(isTrue ? [] : [['feed-stuck', 1]]));
  });

  it('to every job of its pod', () => {
    const jobs = [platformJob('topup'), platformJob('fraud')];
    const { byJob, ignored } = read(answered([series({ namespace: 'default', pod: 'tm-0' })]), jobs);
    expect([...byJob.values()].map((inputs) => inputs['feed-stuck'])).toMatchObject([
      { value: { isTrue: true, pods: ['tm-0'] } },
      { value: { isTrue: true, pods: ['tm-0'] } },
    ]);
    expect(ignored.size).toBe(0);
  });
});

describe('an answer', () => {
  it('knows how old its oldest evidence may be', () => {
    const { labels } = series({ namespace: 'default', job_name: 'topup' });
    expect(inputOf(answered([series(labels, 12)]))).toMatchObject({
      freshness: 'fresh',
      value: { evidenceFrom: NOW - 60_000 - 15_000, detail: 'feed-stuck: value 12' },
    });
    expect(inputOf(answered([], null))).toMatchObject({ freshness: 'fresh', value: { isTrue: false } });
  });

  it('that can not be used is no answer', () => {
    const mine = { namespace: 'default', job_name: 'topup' };
    const failed: QueryAnswer = { ok: false, error: new SourceError('timeout', 'no answer within 5000 ms') };
    expect(inputOf(failed)).toMatchObject({ freshness: 'error', detail: 'no answer within 5000 ms' });
    expect(inputOf(answered([series(mine, Number.NaN)]))).toMatchObject({ freshness: 'nan' });
    expect(inputOf(answered([series(mine, Number.NaN), series(mine, 1)]))).toMatchObject({ value: { isTrue: true } });
    expect(inputOf(answered([series(mine)], NOW - 61_000))).toMatchObject({ freshness: 'stale' });
    const many = Array.from({ length: 5000 }, (_, index) => series({ ...mine, pod: `p${index}` }));
    expect(inputOf(answered(many))).toMatchObject({ freshness: 'error', detail: '5000 series, at most 2000 are read' });
  });
});

describe('asking', () => {
  it('asks each different query once, whatever the number of jobs, and each source its own', async () => {
    const [prometheus, loki] = [new FakeMetrics(), new FakeMetrics()];
    const rules = [
      rule,
      rule,
      queryRule({ name: 'other' }),
      queryRule({ when: { ...rule.when, source: 'prometheus' } }),
    ];
    const answerOf = await askRules(rules, { prometheus, loki }, new AbortController().signal);
    expect([prometheus.asked, loki.asked]).toEqual([1, 1]);
    expect(answerOf(rule)).toMatchObject({ ok: true });
  });

  it('says so where there are no logs, and where the time was over', async () => {
    const prometheus = new FakeMetrics();
    const without = await askRules([rule], { prometheus, loki: null }, new AbortController().signal);
    expect(without(rule)).toMatchObject({ ok: false, error: { message: 'loki is not configured' } });
    const over = await askRules([rule], { prometheus, loki: new FakeMetrics() }, AbortSignal.abort());
    expect(over(rule)).toMatchObject({ ok: false, error: { kind: 'timeout' } });
  });
});
