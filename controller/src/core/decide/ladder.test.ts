import { describe, expect, it } from 'vitest';
import { jobMemory } from '../../testing/memory.ts';
import { observedJob, remediation } from '../../testing/remediation.ts';
import { queryRule } from '../../testing/rule.ts';
import { NOW } from '../../testing/snapshot.ts';
import type { JobMemory } from '../diagnose/memory.ts';
import type { RuleSight } from '../diagnose/sight.ts';
import type { Phase, Remediation } from '../model/remediation.ts';
import type { Rule } from '../model/rule.ts';
import { rungFor } from './ladder.ts';

const MINUTE = 60_000;

function memory(closed: readonly Remediation[] = [], over: Partial<JobMemory> = {}): JobMemory {
  return jobMemory({ closed, ...over });
}

function sight(since = NOW, rule: Rule = queryRule()): RuleSight {
  const count = { ticks: 1, since, at: NOW };
  return { rule, state: 'True', symptom: null, detail: '', pods: [], lookBackMs: MINUTE, count };
}

function closed(phase: Phase, rung: number, endedAt: number): Remediation {
  const spec = { incident: { cause: 'feed-stuck', since: 0, rule: 'feed-stuck' }, rung };
  return remediation({ spec, status: { phase, endedAt } });
}

const action = (seen: RuleSight, known: JobMemory): string => rungFor(seen, known, NOW).action;

describe('the rung to try', () => {
  it('is the first, and the next one after what did not help, then Page and no more', () => {
    expect(action(sight(), memory())).toBe('RestartFromCheckpoint');
    for (const phase of ['Ineffective', 'Failed', 'Inconclusive'] as const) {
      expect(action(sight(), memory([closed(phase, 0, NOW - MINUTE)]))).toBe('RecreateCluster');
      expect(action(sight(), memory([closed(phase, 1, NOW - MINUTE)]))).toBe('Page');
      expect(action(sight(), memory([closed(phase, 2, NOW - MINUTE)]))).toBe('Page');
    }
    expect(action(sight(), memory([closed('Superseded', 0, NOW - MINUTE)]))).toBe('RestartFromCheckpoint');
  });

  it('is the next one too when the rule is true again within the time of a rung that had succeeded', () => {
    const helped = closed('Succeeded', 0, NOW - 10 * MINUTE);
    expect(action(sight(NOW - 6 * MINUTE), memory([helped]))).toBe('RecreateCluster');
    expect(action(sight(NOW - 4 * MINUTE), memory([helped]))).toBe('RestartFromCheckpoint');
  });

  it('goes on also where the window of the query is as long as the time of the rung', () => {
    const slow = { ...sight(NOW - MINUTE), lookBackMs: 6 * MINUTE };
    expect(action(slow, memory([closed('Succeeded', 0, NOW - 8 * MINUTE)]))).toBe('RecreateCluster');
    expect(action(slow, memory([closed('Succeeded', 0, NOW - 12 * MINUTE)]))).toBe('RestartFromCheckpoint');
  });

  it("goes on for a policy's rule on a symptom, while a built-in one heals each case by itself", () => {
    const helped = memory([closed('Succeeded', 0, NOW - 3 * MINUTE)]);
    const when = { kind: 'symptom', symptom: 'RestartLoop' } as const;
    const rule = { ...queryRule(), when };
    expect(action({ ...sight(NOW, rule), lookBackMs: 0 }, helped)).toBe('RecreateCluster');
    expect(action({ ...sight(NOW, { ...rule, stated: false }), lookBackMs: 0 }, helped)).toBe('RestartFromCheckpoint');
  });

  it('begins anew an hour later, except while the page was never ended', () => {
    const long = [closed('Ineffective', 1, NOW - 61 * MINUTE)];
    expect(action(sight(), memory(long))).toBe('RestartFromCheckpoint');
    const page = { since: NOW - 60 * MINUTE, cause: 'feed-stuck', detail: '' };
    expect(action(sight(), memory(long, { observed: observedJob({ page }) }))).toBe('Page');
  });
});

describe('Wait', () => {
  const rule = queryRule({
    ladder: [
      { action: 'Wait', withinMs: 2 * MINUTE },
      { action: 'RestartTaskManager', withinMs: 5 * MINUTE },
      { action: 'Wait', withinMs: 3 * MINUTE },
      { action: 'Page', withinMs: 0 },
    ],
  });

  it('holds from the first tick on which the rule was true', () => {
    const since = NOW - MINUTE;
    expect(rungFor(sight(since, rule), memory(), NOW)).toMatchObject({ action: 'Wait', until: since + 2 * MINUTE });
    expect(rungFor(sight(NOW - 2 * MINUTE, rule), memory(), NOW)).toMatchObject({
      rung: 1,
      action: 'RestartTaskManager',
    });
  });

  it('holds from the end of the action before it', () => {
    const tried = closed('Ineffective', 1, NOW - MINUTE);
    const waiting = { rung: 2, action: 'Wait', until: NOW + 2 * MINUTE };
    expect(rungFor(sight(NOW, rule), memory([tried]), NOW)).toMatchObject(waiting);
    const over = closed('Ineffective', 1, NOW - 3 * MINUTE);
    expect(action(sight(NOW, rule), memory([over]))).toBe('Page');
  });
});
