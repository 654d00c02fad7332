import { describe, expect, it } from 'vitest';
import { jobMemory } from '../../testing/memory.ts';
import { NOW, RUN, TOPOLOGY, healthy } from '../../testing/snapshot.ts';
import { fresh, unusable } from '../model/input.ts';
import { NO_RESTARTS, rememberRestarts } from './restarts.ts';
import { symptomsOf } from './symptoms.ts';

const MEMORY = jobMemory({ tickMs: 5000 });

interface Look {
  readonly restarts: number;
  readonly size: number;
  readonly rescales?: number;
  readonly run?: string;
}

const topology = (size: number, flinkJobId: string) =>
  fresh(
    { ...TOPOLOGY, flinkJobId, vertices: TOPOLOGY.vertices.map((vertex) => ({ ...vertex, parallelism: size })) },
    'flink-rest',
  );

/** One look a minute, the last one now. */
function remembered(looks: readonly Look[]) {
  return looks.reduce((memory, { restarts, size, rescales, run = RUN }, index) => {
    const at = NOW - (looks.length - 1 - index) * 60_000;
    return rememberRestarts(
      memory,
      healthy({
        at,
        jobState: fresh({ state: 'RUNNING', flinkJobId: run, runningForMs: 1000 }, 'prometheus'),
        restarts: fresh({ restarts, rescales: rescales ?? null }, 'prometheus'),
        topology: topology(size, run),
      }),
    );
  }, NO_RESTARTS);
}

const counted = (looks: readonly Look[]): readonly number[] => remembered(looks).samples.map((one) => one.restarts);
const loop = (looks: readonly Look[]) =>
  symptomsOf(healthy(), { ...MEMORY, restarts: remembered(looks).samples }).find(({ name }) => name === 'RestartLoop');

describe('restarts', () => {
  it('are counted without rescales where Flink counts those', () => {
    const sizes = [2, 4, 2, 4];
    expect(counted(sizes.map((size, index) => ({ restarts: index + 1, rescales: index, size })))).toEqual([1, 1, 1, 1]);
  });

  it('are no failures where the job has grown', () => {
    const grown = [2, 3, 4, 5, 6, 7, 8].map((size, index) => ({ restarts: index, size }));
    expect(counted(grown)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect(loop(grown)).toBeUndefined();
  });

  it('are failures where the job kept its size or lost slots', () => {
    const failing = Array.from({ length: 6 }, (_, restarts) => ({ restarts, size: 4 }));
    expect(loop(failing)).toMatchObject({ evidence: '5 restarts in 10 min' });
    // A TaskManager that dies again and again: each return is a rescale, each loss a failure.
    const flapping = Array.from({ length: 10 }, (_, restarts) => ({ restarts, size: restarts % 2 === 0 ? 4 : 2 }));
    expect(loop(flapping)).toMatchObject({ evidence: '5 restarts in 10 min' });
  });

  it('begin anew with a new run', () => {
    const run = 'b'.repeat(32);
    expect(
      counted([
        { restarts: 0, size: 2 },
        { restarts: 1, size: 4 },
        { restarts: 0, size: 8, run },
        { restarts: 1, size: 8, run },
      ]),
    ).toEqual([0, 0, 0, 1]);
  });

  it('are kept while nobody can tell', () => {
    const memory = remembered([{ restarts: 1, size: 4 }]);
    const none = unusable('error', 'prometheus', 'down');
    expect(rememberRestarts(memory, healthy({ restarts: none, topology: none }))).toEqual(memory);
  });
});
