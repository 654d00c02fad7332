import { describe, expect, it } from 'vitest';
import {
  failuresOf,
  isAdaptive,
  isNewCheckpoint,
  newestCheckpointAt,
  rescaleWaitsForCheckpoint,
} from './flink-lines.ts';

const counts = { completed: 3, failed: 0, inProgress: 0, lastCompletedId: 7, lastCompletedAt: null, lastDurationMs: 9 };

describe('differences of Flink lines', () => {
  it.each([
    ['1.18.1', false],
    ['1.20.5', false],
    ['2.0.0', true],
    ['2.3.0', true],
    ['10.0-SNAPSHOT', true],
    ['<unknown>', true],
  ])('%s: a rescale waits for a checkpoint: %s', (version, waits) => {
    expect(rescaleWaitsForCheckpoint(version)).toBe(waits);
  });

  it('rescales are those that Flink counts, else those that were seen', () => {
    expect(failuresOf({ restarts: 5, rescales: 2 }, 4)).toBe(3);
    expect(failuresOf({ restarts: 5, rescales: null }, 4)).toBe(1);
  });

  it('the time of the newest checkpoint is the one at which the count grew, where Flink tells none', () => {
    expect(newestCheckpointAt(counts, 1000)).toBe(1000);
    expect(newestCheckpointAt(counts, null)).toBe(0);
    expect(newestCheckpointAt({ ...counts, lastCompletedAt: 2000 }, 1000)).toBe(2000);
  });

  it('a new checkpoint has a higher number, where Flink tells no time', () => {
    expect(isNewCheckpoint(counts, { at: 0, id: 6 })).toBe(true);
    expect(isNewCheckpoint(counts, { at: 0, id: 7 })).toBe(false);
    expect(isNewCheckpoint(counts, { at: 0, id: null })).toBeNull();
    expect(isNewCheckpoint({ ...counts, lastCompletedAt: 10 }, { at: 10, id: 1 })).toBe(false);
    expect(isNewCheckpoint({ ...counts, lastCompletedAt: 11 }, { at: 10, id: 9 })).toBe(true);
  });

  it('a scheduler that is not named is not known', () => {
    expect([isAdaptive('Adaptive'), isAdaptive('Default'), isAdaptive(null)]).toEqual([true, false, null]);
  });
});
