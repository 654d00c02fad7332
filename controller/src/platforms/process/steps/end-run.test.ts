import { describe, expect, it } from 'vitest';
import { SourceError } from '../../../io/errors.ts';
import { FakeFlink } from '../../../sources/fakes/fake-flink.ts';
import type { PlatformJob } from '../../contract.ts';
import type { Cluster } from '../cluster.ts';
import { cancelRun } from './end-run.ts';
import type { StepTarget } from './step.ts';

const run = 'f'.repeat(32);

function target(flink: FakeFlink): StepTarget {
  const signal = new AbortController().signal;
  const step = { step: 'cancel-run', key: run };
  const context = {
    job: {} as PlatformJob,
    action: 'RestartFromCheckpoint',
    params: {},
    step,
    journal: [],
    signal,
  } as const;
  return { cluster: {} as Cluster, state: null, rest: flink.factory(), context };
}

describe('cancel-run', () => {
  it('cancels a run whose checkpoints stay', async () => {
    const flink = new FakeFlink();
    flink.addRun();
    expect(await cancelRun.find(target(flink))).toEqual({ state: 'Absent' });
    await cancelRun.send?.(target(flink));
    expect(flink.runs[0]?.state).not.toBe('RUNNING');
  });

  it('spares a run whose checkpoints would go with it', async () => {
    const flink = new FakeFlink();
    const made = flink.addRun();
    made.config = { ...made.config, keptOnCancel: false };
    expect(await cancelRun.find(target(flink))).toMatchObject({ state: 'Failed', onRestorePoint: false });
    await expect(cancelRun.send?.(target(flink))).rejects.toThrow(/would delete/);
    expect(made.state).toBe('RUNNING');
  });

  it('has nothing to do for a run that ended or that Flink forgot', async () => {
    const flink = new FakeFlink();
    expect(await cancelRun.find(target(flink))).toMatchObject({ state: 'Done' });
    flink.addRun({ state: 'FAILED' });
    expect(await cancelRun.find(target(flink))).toMatchObject({ state: 'Done', detail: 'the run is FAILED' });
  });

  it('waits for one that is ending', async () => {
    const flink = new FakeFlink();
    flink.addRun({ state: 'CANCELLING' });
    expect(await cancelRun.find(target(flink))).toMatchObject({ state: 'Pending' });
  });

  it('does not know when Flink does not answer', async () => {
    const flink = new FakeFlink();
    flink.down = true;
    await expect(cancelRun.find(target(flink))).rejects.toThrow(SourceError);
  });
});
