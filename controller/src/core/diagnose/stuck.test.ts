import { describe, expect, it } from 'vitest';
import { NOW, healthy } from '../../testing/snapshot.ts';
import { fresh, unusable, usable } from '../model/input.ts';
import type { Snapshot, UnregisteredTaskManager } from '../model/snapshot.ts';
import { stuckTaskManagers } from './stuck.ts';

const HOUR = 3_600_000;

function seen(...unregistered: readonly UnregisteredTaskManager[]): Snapshot {
  const snapshot = healthy();
  const status = usable(snapshot.platform)!;
  return {
    ...snapshot,
    platform: fresh({ ...status, taskManagers: { ...status.taskManagers, unregistered } }, 'platform'),
  };
}

const pods = (snapshot: Snapshot): readonly string[] => stuckTaskManagers(snapshot).map(({ pod }) => pod);

describe('stuckTaskManagers', () => {
  it('names those that the JobManager has not named for a while', () => {
    const since = NOW - 30_000;
    expect(
      pods(seen({ pod: 'a', startedAt: NOW - HOUR, since }, { pod: 'b', startedAt: NOW - HOUR, since: since + 1 })),
    ).toEqual(['a']);
  });

  it('gives one that starts its time, counted from the first look where nobody saw the start', () => {
    expect(pods(seen({ pod: 'a', startedAt: NOW - 89_000, since: NOW - 85_000 }))).toEqual([]);
    expect(pods(seen({ pod: 'a', startedAt: NOW - 90_000, since: NOW - 85_000 }))).toEqual(['a']);
    expect(pods(seen({ pod: 'a', startedAt: null, since: NOW - 89_000 }))).toEqual([]);
    expect(pods(seen({ pod: 'a', startedAt: null, since: NOW - 90_000 }))).toEqual(['a']);
  });

  it('names none where Flink or the platform did not answer', () => {
    expect(pods(healthy())).toEqual([]);
    expect(pods(healthy({ platform: unusable('error', 'platform', 'down') }))).toEqual([]);
  });
});
