import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../io/yaml.ts';
import { formatFinding } from '../check/finding.ts';
import { checkScenario } from './scenario.ts';

const STEP_3X = `
name: step-3x
seed: 1
duration: 90m
scrape: 15s
tick: 15s
cluster: {taskManagers: 40}
jobs:
  - name: topup
    slotsPerTaskManager: 4
    taskManagers: 3
    maxParallelism: 720
    schedulerMode: in-place
    downtime: {inPlace: 10s, redeploy: 60s, taskManagerStart: 30s}
    checkpoint: {interval: 30s, duration: 2s}
    stateSize: 1GiB
    vertices:
      - {name: "Source: events", capacity: 100, parallelism: 10, partitions: 120}
      - {name: enrich, inputs: ["Source: events"], capacity: 80, selectivity: 0.9, parallelism: 12, skew: 0.1, scalability: 1.0, noise: 0.02}
      - {name: "Sink: out", inputs: [enrich], capacity: 400, parallelism: 6, maxParallelism: 6}
    load:
      "Source: events": {shape: steps, points: [[0s, 600], [20m, 1800]]}
faults:
  - {at: 40m, job: topup, kind: taskManagerLost}
  - {at: 50m, for: 10m, kind: metrics, fault: absent}
`;

/** Findings of the scenario with parts replaced. */
function findingsOf(...changes: readonly (readonly [from: string, to: string])[]): readonly string[] {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replace(from, to);
  }, STEP_3X);
  const [document] = parseYaml(text, 's.yaml').documents;
  const checked = checkScenario(document!.value);
  return checked.ok ? [] : checked.issues.map((issue) => formatFinding(document!.locate(issue)));
}

describe('scenario', () => {
  it('reads the one of the format, durations in ms', () => {
    const checked = checkScenario(parseYaml(STEP_3X, 's.yaml').documents[0]!.value);
    expect(checked).toMatchObject({
      ok: true,
      value: {
        duration: 5_400_000,
        jobs: [
          {
            downtime: { redeploy: 60_000 },
            load: {
              'Source: events': {
                points: [
                  [0, 600],
                  [1_200_000, 1800],
                ],
              },
            },
          },
        ],
        faults: [
          { at: 2_400_000, kind: 'taskManagerLost' },
          { for: 600_000, fault: 'absent' },
        ],
      },
    });
  });

  it('has a default for what may be left out', () => {
    const checked = checkScenario({
      name: 'small',
      duration: '1m',
      jobs: [
        { name: 'a', vertices: [{ name: 'in', capacity: 10 }], load: { in: { shape: 'steps', points: [['0s', 1]] } } },
      ],
    });
    expect(checked).toMatchObject({
      ok: true,
      value: {
        seed: 1,
        scrape: 15_000,
        tick: 15_000,
        faults: [],
        jobs: [
          {
            maxParallelism: 128,
            taskManagers: null,
            schedulerMode: 'in-place',
            vertices: [{ selectivity: 1, skew: 0 }],
          },
        ],
      },
    });
  });

  it.each<readonly [what: string, from: string, to: string, finding: string]>([
    ['an unknown field', 'seed: 1', 'sead: 1', 's.yaml:3:1: sead: expected one of'],
    ['a second shape', 'shape: steps', 'shape: step', 'found "step"'],
    ['a wrong duration', 'duration: 90m', 'duration: 90', 'duration: expected a duration such as 15s'],
    ['points out of order', '[20m, 1800]', '[0s, 1800]', 'expected points in the order of their time'],
    ['an input that is not there', 'inputs: [enrich]', 'inputs: [enrch]', 'found "enrch"; did you mean "enrich"?'],
    ['a load of no source', '"Source: events": {shape', '"Source: event": {shape', 'did you mean "Source: events"?'],
    [
      'a source without a load',
      '"Source: events": {shape',
      'enrich: {shape',
      'expected a load of the source "Source: events"',
    ],
    [
      'more subtasks than it may have',
      'parallelism: 6, max',
      'parallelism: 7, max',
      'expected at most 6, its maxParallelism, found 7',
    ],
    ['a fault of no job', 'job: topup, kind', 'job: topap, kind', 'did you mean "topup"?'],
    [
      'a fault that nothing ends',
      'kind: taskManagerLost',
      'kind: storageDown',
      'expected a time after which storageDown ends',
    ],
    [
      'every of another fault',
      'kind: taskManagerLost',
      'kind: jobFailed, every: 5s',
      'expected every only of restartLoop and outOfMemory',
    ],
    [
      'a trace',
      'shape: steps, points: [[0s, 600], [20m, 1800]]',
      'shape: trace, file: a.csv',
      'not supported by this version',
    ],
    ['another version of a job', 'kind: taskManagerLost', 'kind: stateIncompatible', 'not supported by this version'],
    ['logs', 'kind: metrics, fault: absent', 'kind: logs, fault: error', 'not supported by this version'],
  ])('refuses %s', (_, from, to, finding) => {
    expect(findingsOf([from, to]).join('\n')).toContain(finding);
  });
});
