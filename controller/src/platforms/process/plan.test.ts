import { describe, expect, it } from 'vitest';
import type { ActionParams, PlatformAction } from '../../core/model/action.ts';
import { type PlatformJob, UnsupportedError } from '../contract.ts';
import { type ClusterFacts, planSteps } from './plan.ts';

const facts = (alive: readonly boolean[], rescaleWaitsForCheckpoint = true): ClusterFacts => ({
  rescaleWaitsForCheckpoint,
  taskManagers: alive.map((lives, index) => ({ pod: `c-tm-${index}`, identity: lives ? `${index}@9` : null })),
  incarnation: 4,
  podName: (index) => `c-tm-${index}`,
});

function plan(
  action: PlatformAction,
  params: ActionParams,
  alive: readonly boolean[],
  run: string | null = 'run',
): string[] {
  let id = 0;
  const ids = (): string => `id${(id += 1)}`;
  const request = { job: {} as PlatformJob, action, params, flinkJobId: run, ids };
  return planSteps(request, facts(alive)).map(({ step, key }) => `${step} ${key}`);
}

const rounds = (first: number): string[] =>
  [1, 2, 3].flatMap((round) => [
    `choose-restore-point/${round} round-${round}`,
    `start-run/${round} id${first + round - 1}`,
  ]);

describe('planSteps', () => {
  it('stops a TaskManager only when it lives, after those that ended are back', () => {
    expect(plan('RestartTaskManager', { pods: ['c-tm-0', 'c-tm-1'] }, [true, false])).toEqual([
      'start-taskmanager/c-tm-1 id1',
      'stop-process/c-tm-0 0@9',
      'start-taskmanager/c-tm-0 id2',
      'await-taskmanagers taskmanagers>=2',
    ]);
  });

  it('stops a stuck one only while it is not registered', () => {
    const params = { pods: ['c-tm-1'], onlyUnregistered: true } as const;
    expect(plan('RestartTaskManager', params, [true, true])).toEqual([
      'stop-unregistered/c-tm-1 1@9',
      'start-taskmanager/c-tm-1 id1',
      'await-taskmanagers taskmanagers>=2',
    ]);
  });

  it('starts TaskManagers before the new size', () => {
    expect(plan('Rescale', { parallelism: { a: 6 }, taskManagers: 3 }, [true])).toEqual([
      'start-taskmanager/c-tm-1 id1',
      'start-taskmanager/c-tm-2 id2',
      'await-taskmanagers taskmanagers>=3',
      expect.stringMatching(/^put-requirements run\/[0-9a-f]{16}$/),
      'trigger-checkpoint run/id3',
      expect.stringMatching(/^await-parallelism run\/[0-9a-f]{16}$/),
    ]);
  });

  it('takes a checkpoint before the new size where Flink would not wait for one', () => {
    const request = { job: {} as PlatformJob, action: 'Rescale', flinkJobId: 'run', ids: () => 'id' } as const;
    const steps = planSteps({ ...request, params: { parallelism: { a: 2 } } }, facts([true], false));
    expect(steps.map(({ step }) => step)).toEqual(['trigger-checkpoint', 'put-requirements', 'await-parallelism']);
  });

  it('stops TaskManagers after the new size, one a step', () => {
    expect(plan('Rescale', { parallelism: { a: 1 }, taskManagers: 1 }, [true, true, true]).slice(-2)).toEqual([
      'stop-free-taskmanager/2 taskmanagers<=2',
      'stop-free-taskmanager/1 taskmanagers<=1',
    ]);
  });

  it('replaces ended TaskManagers when it adds others', () => {
    expect(plan('ScaleTaskManagers', { taskManagers: 3 }, [true, false])).toEqual([
      'start-taskmanager/c-tm-1 id1',
      'start-taskmanager/c-tm-2 id2',
      'await-taskmanagers taskmanagers>=3',
    ]);
  });

  it('ends the old run before it chooses a point', () => {
    expect(plan('RestartFromCheckpoint', {}, [true])).toEqual(['cancel-run run', 'prove-ended run', ...rounds(1)]);
    expect(plan('RestartFromCheckpoint', {}, [true], null)).toEqual(['prove-ended none', ...rounds(1)]);
  });

  it('ends every old process before it starts a cluster', () => {
    expect(plan('RecreateCluster', {}, [true, false])).toEqual([
      'stop-all/4 incarnation<=4',
      'start-jobmanager id1',
      'start-taskmanager/c-tm-0 id2',
      'start-taskmanager/c-tm-1 id3',
      'await-taskmanagers taskmanagers>=2',
      ...rounds(4),
    ]);
  });

  it.each<[PlatformAction, ActionParams]>([
    ['RestartTaskManager', {}],
    ['RestartTaskManager', { pods: ['other'] }],
    ['Rescale', {}],
    ['ScaleTaskManagers', { taskManagers: 0 }],
    ['TriggerSavepoint', {}],
    ['RestartJobManager', {}],
    ['RecreateResource', {}],
    ['Rollback', {}],
    ['Suspend', {}],
    ['Resume', {}],
  ])('refuses %s with %o', (action, params) => {
    expect(() => plan(action, params, [true])).toThrow(UnsupportedError);
  });

  it('needs a run to rescale', () => {
    expect(() => plan('Rescale', { parallelism: { a: 1 } }, [true], null)).toThrow(/needs a run/);
  });
});
