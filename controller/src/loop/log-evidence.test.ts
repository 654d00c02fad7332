import { describe, expect, it } from 'vitest';
import type { RuleSight } from '../core/diagnose/sight.ts';
import type { Decision } from '../core/model/decision.ts';
import { SourceError } from '../io/errors.ts';
import { FakeLogs } from '../sources/fakes/fake-logs.ts';
import { DEFAULT_LABELS } from '../sources/prometheus/queries.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { platformJob } from '../testing/observer-world.ts';
import { queryRule } from '../testing/rule.ts';
import { LogEvidence } from './log-evidence.ts';

const job = platformJob();
const signal = new AbortController().signal;
const sight = { rule: queryRule(), state: 'True' } as RuleSight;
const decision = {
  kind: 'Hold',
  page: true,
  detail: 'value 3',
  symptoms: [
    { name: 'feed-stuck', at: 0, evidence: 'value 3' },
    { name: 'LagUnknown', at: 0, evidence: 'no series' },
  ],
} as unknown as Decision;

function world() {
  const clock = new FakeClock();
  const logs = new FakeLogs();
  const write = (line: string, pod: string, ageMs: number): void =>
    logs.write('lines', { at: clock.now() - ageMs, line, labels: { namespace: 'default', pod } });
  return { clock, logs, write, evidence: new LogEvidence({ logs, labels: DEFAULT_LABELS, clock }) };
}

describe('the line behind a rule on logs', () => {
  it('is the newest of the job, in the evidence of its symptom and of the page', async () => {
    const { write, evidence } = world();
    write('of another job', 'tm-9', 1000);
    write('the newest', 'tm-0', 2000);
    write('an older one', 'tm-0', 30_000);
    expect(await evidence.added({ job, sight, decision }, signal)).toMatchObject({
      detail: 'value 3; newest line: the newest',
      symptoms: [{ evidence: 'value 3; newest line: the newest' }, { evidence: 'no series' }],
    });
  });

  it('is asked for once while the rule is true, and again when it comes true again', async () => {
    const { write, logs, evidence } = world();
    write('first', 'tm-0', 1000);
    await evidence.added({ job, sight, decision }, signal);
    await evidence.added({ job, sight, decision }, signal);
    expect(logs.asked).toBe(1);
    expect(await evidence.added({ job, sight: null, decision }, signal)).toBe(decision);
    await evidence.added({ job, sight, decision }, signal);
    expect(logs.asked).toBe(2);
  });

  it('is left out where there is none, where logs do not answer, and for metrics', async () => {
    const { clock, logs, evidence } = world();
    expect(await evidence.added({ job, sight, decision }, signal)).toEqual(decision);
    logs.fault = { kind: 'error', error: new SourceError('timeout', 'late') };
    const others = ['a', 'b', 'c'].map((name) => platformJob(name));
    for (const other of others) {
      expect(await evidence.added({ job: other, sight, decision }, signal)).toEqual(decision);
    }
    // One query without an answer speaks for the tick.
    expect(logs.asked).toBe(2);
    const none = new LogEvidence({ logs: null, labels: DEFAULT_LABELS, clock });
    expect(await none.added({ job, sight, decision }, signal)).toEqual(decision);
    const when = { ...queryRule().when, lines: null };
    const metric = { ...sight, rule: queryRule({ when }) };
    expect(await evidence.added({ job, sight: metric, decision }, signal)).toBe(decision);
  });

  it('is cut, whatever stands in it', async () => {
    const { write, evidence } = world();
    write('x'.repeat(5000), 'tm-0', 1000);
    const { detail } = await evidence.added({ job, sight, decision }, signal);
    expect(detail.length).toBeLessThan(350);
  });
});
