import { describe, expect, it } from 'vitest';
import { jobMemory } from '../../testing/memory.ts';
import { NOW, RUN, healthy } from '../../testing/snapshot.ts';
import { fresh } from '../model/input.ts';
import { symptomsOf } from './symptoms.ts';

const MINUTE = 60_000;

function stalled(at: { lastCompletedAt?: number; seenAt?: number; runningForMs?: number }): string | undefined {
  const { lastCompletedAt = null, seenAt = null, runningForMs = 60 * MINUTE } = at;
  const snapshot = healthy({
    jobState: fresh({ state: 'RUNNING', flinkJobId: RUN, runningForMs }, 'prometheus'),
    checkpoints: fresh(
      { completed: 9, failed: 0, inProgress: 0, lastCompletedId: 9, lastCompletedAt, lastDurationMs: 50 },
      'prometheus',
    ),
  });
  const memory = jobMemory({ checkpointSeenAt: seenAt, tickMs: 5000 });
  return symptomsOf(snapshot, memory).find(({ name }) => name === 'CheckpointStalled')?.evidence;
}

describe('CheckpointStalled', () => {
  it('goes by the time that Flink tells', () => {
    expect(stalled({ lastCompletedAt: NOW - 14 * MINUTE })).toBeUndefined();
    expect(stalled({ lastCompletedAt: NOW - 16 * MINUTE })).toBe('no checkpoint completed for 16 min');
  });

  it('goes by when their count last grew where Flink tells no time', () => {
    expect(stalled({ seenAt: NOW - 14 * MINUTE })).toBeUndefined();
    expect(stalled({ seenAt: NOW - 16 * MINUTE })).toBe('no checkpoint completed for 16 min');
  });

  it('is not seen where neither is known, or the job has not run for long', () => {
    expect(stalled({})).toBeUndefined();
    expect(stalled({ lastCompletedAt: NOW - 16 * MINUTE, runningForMs: 14 * MINUTE })).toBeUndefined();
  });
});
