import { z } from 'zod';
import { count, duration, labelName, list, map, number, text } from '../scalars.ts';
import { load } from './load.ts';

const parallelism = () => count(1, 32_768);

const vertex = z.strictObject({
  name: text(512).describe("Flink's name of the vertex."),
  inputs: list(text(512), 64).prefault([]).describe('Vertices that feed it, listed before it; none = a source.'),
  capacity: number(0.001, 1e9).describe('Records in per second of one subtask at 100 % busy.'),
  parallelism: parallelism().prefault(1).describe('At the start.'),
  maxParallelism: parallelism().optional().describe("Caps it, below the job's own."),
  partitions: count(1, 1_000_000).optional().describe("Of a source; default: the job's maxParallelism."),
  selectivity: number(0, 1000).prefault(1).describe('Records out per record in.'),
  skew: number(0, 100).prefault(0).describe('How much more than its share the busiest subtask has.'),
  scalability: number(0.1, 1).prefault(1).describe('p subtasks do capacity * p^scalability together.'),
  noise: number(0, 1).prefault(0).describe('Deviation of the capacity, per subtask and second.'),
});

const downtime = z.strictObject({
  inPlace: duration('0s', '1h').prefault('10s').describe('A rescale in place stops the job for this long.'),
  redeploy: duration('0s', '1h').prefault('60s').describe('The same for a redeploy or restart, TaskManagers included.'),
  taskManagerStart: duration('0s', '1h').prefault('30s').describe('Until a new TaskManager has its slots.'),
});

const checkpoint = z.strictObject({
  interval: duration('1s', '24h').prefault('30s').describe('One begins each time this has passed.'),
  duration: duration('0s', '24h').prefault('2s').describe('It completes so much later.'),
});

/** A job of a scenario. */
export const scenarioJob = z.strictObject({
  name: labelName.describe('Its key is simulated/default/Job/NAME.'),
  slotsPerTaskManager: count(1, 256).prefault(1).describe('Task slots of each TaskManager.'),
  taskManagers: count(1, 10_000).nullable().prefault(null).describe('At the start; null = as many as the slots need.'),
  maxParallelism: parallelism().prefault(128).describe('Key groups.'),
  schedulerMode: z
    .enum(['in-place', 'redeploy'])
    .prefault('in-place')
    .describe('in-place: the adaptive scheduler. redeploy: another size needs a restart.'),
  downtime: downtime.prefault({}).describe('How long things take.'),
  checkpoint: checkpoint.prefault({}).describe('When restore points come to be.'),
  stateSize: z
    .string({ error: 'a size such as 512MiB or 1GiB' })
    .regex(/^[0-9]{1,6}(KiB|MiB|GiB|TiB)$/, { error: 'a size such as 512MiB or 1GiB' })
    .optional()
    .describe('Size of its state.'),
  vertices: list(vertex, 1000).min(1).describe('Upstream first.'),
  load: map(load, 1000).describe('By source.'),
});

/** A job that passed its schema. */
export type ScenarioJob = z.output<typeof scenarioJob>;
/** A vertex that passed its schema. */
export type ScenarioVertex = ScenarioJob['vertices'][number];
