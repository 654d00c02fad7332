import { describe, expect, it } from 'vitest';
import { jobMemory } from '../../testing/memory.ts';
import { observedJob, remediation } from '../../testing/remediation.ts';
import { queryRule, ruleAnswer } from '../../testing/rule.ts';
import { healthy, NOW, RUN } from '../../testing/snapshot.ts';
import { fresh, unusable } from '../model/input.ts';
import type { RuleCount } from '../model/observed-job.ts';
import type { Rule } from '../model/rule.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { diagnose, ruleCounts } from './diagnose.ts';
import type { JobMemory } from './memory.ts';
import { sightOf } from './sight.ts';

const TICK = 15_000;
const NOTHING = jobMemory({ tickMs: TICK });
const counted = (count: RuleCount): Partial<JobMemory> => ({
  observed: observedJob({ ruleCounts: { 'feed-stuck': count } }),
});
const endedAt = (at: number) => remediation({ status: { phase: 'Succeeded', endedAt: at } });
const said = (over: Parameters<typeof ruleAnswer>[0] = {}): Partial<Snapshot> => ({
  rules: { 'feed-stuck': ruleAnswer(over) },
});

function see(over: Partial<Snapshot>, memory: Partial<JobMemory> = {}, rule: Rule = queryRule()) {
  const look = { snapshot: healthy(over), memory: { ...NOTHING, ...memory }, symptoms: [] };
  return sightOf(rule, look);
}

describe('a rule on a query', () => {
  it('is true when its answer names the job, and says so as a symptom', () => {
    expect(see(said())).toMatchObject({
      state: 'True',
      symptom: { name: 'feed-stuck', at: NOW, evidence: 'feed-stuck: value 3' },
      count: { ticks: 1, since: NOW, at: NOW },
    });
    expect(see(said({ isTrue: false }))).toMatchObject({ state: 'False', count: null });
  });

  it('is unknown, never false, without an answer', () => {
    for (const freshness of ['error', 'stale', 'nan', 'absent'] as const) {
      const rules = { 'feed-stuck': unusable(freshness, 'loki', 'why') };
      expect(see({ rules })).toMatchObject({ state: 'Unknown', detail: `${freshness}: why` });
    }
    expect(see({})).toMatchObject({ state: 'Unknown', detail: 'not asked' });
  });

  it('proves nothing by a line that is older than the end of the last action', () => {
    const from = NOW - 60_000;
    expect(see(said(), { closed: [endedAt(from + 1)] })).toMatchObject({ state: 'Old', symptom: null, count: null });
    expect(see(said(), { closed: [endedAt(from)] })).toMatchObject({ state: 'True' });
    const open = remediation({ status: { phase: 'Verifying', endedAt: from + 1 } });
    expect(see(said(), { open })).toMatchObject({ state: 'Old' });
  });

  it('means no job that somebody stopped or that was never started', () => {
    for (const state of ['CANCELED', 'FINISHED', 'SUSPENDED', 'Gone'] as const) {
      const jobState = fresh({ state, flinkJobId: RUN, runningForMs: null }, 'flink-rest');
      expect(see({ ...said(), jobState })).toMatchObject({ state: 'False' });
    }
  });
});

describe('for', () => {
  const rule = queryRule({ forMs: 4 * TICK });
  const before = { ticks: 4, since: NOW - 4 * TICK, at: NOW - TICK };

  it('counts ticks on which the job was in the answer', () => {
    expect(see(said(), {}, rule)).toMatchObject({ state: 'Pending', count: { ticks: 1 } });
    expect(see(said(), counted(before), rule)).toMatchObject({
      state: 'True',
      count: { ...before, ticks: 5, at: NOW },
    });
    expect(see(said(), counted({ ...before, ticks: 3 }), rule)).toMatchObject({ state: 'Pending' });
  });

  it('stands still without an answer, and begins anew when the answer is no', () => {
    const failing = { rules: { 'feed-stuck': unusable('error', 'loki', 'down') } };
    expect(see(failing, counted(before), rule).count).toEqual(before);
    expect(see(said({ isTrue: false }), counted(before), rule).count).toBeNull();
    const long = { ...before, at: NOW - 21 * TICK };
    expect(see(said(), counted(long), rule)).toMatchObject({ state: 'Pending', count: { ticks: 1 } });
  });

  it('begins anew when the clock was set back', () => {
    const later = { ...before, at: NOW + 3_600_000 };
    expect(see(said(), counted(later), rule).count).toEqual({ ticks: 1, since: NOW, at: NOW });
  });

  it('does not count one tick twice', () => {
    const now = { ticks: 4, since: NOW - 4 * TICK, at: NOW };
    expect(see(said(), counted(now), rule).count).toEqual(now);
  });
});

describe('diagnose', () => {
  it('takes the first rule in force that is true, and keeps what is counted', () => {
    const [first, second] = [queryRule({ name: 'a', cause: 'a' }), queryRule({ name: 'b', cause: 'b' })];
    const snapshot = healthy({ rules: { a: unusable('error', 'loki', 'down'), b: ruleAnswer() } });
    const diagnosis = diagnose(snapshot, NOTHING, [first, second]);
    expect(diagnosis.found?.rule.name).toBe('b');
    expect(diagnosis.symptoms.map((one) => one.name)).toEqual(['b']);
    expect(ruleCounts(diagnosis)).toEqual({ b: { ticks: 1, since: NOW, at: NOW } });
  });
});
