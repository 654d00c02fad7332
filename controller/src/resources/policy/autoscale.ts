import { z } from 'zod';
import { pattern } from '../pattern.ts';
import { bounds, count, duration, list, minNotAboveMax, number } from '../scalars.ts';

/** Flink's own cap of key groups. */
const MAX_PARALLELISM = 32_768;

const vertex = z
  .strictObject({
    match: pattern.describe("RE2 pattern on Flink's vertex name, anchored at both ends; the first match wins."),
    min: count(1, MAX_PARALLELISM).optional().describe('Subtasks at least.'),
    max: count(1, MAX_PARALLELISM).optional().describe('Subtasks at most.'),
  })
  .refine((it) => it.min !== undefined || it.max !== undefined, { error: 'min, max or both' })
  .superRefine(minNotAboveMax);

/** `spec.autoscale` of a policy. */
export const autoscale = z.strictObject({
  enabled: z.boolean().prefault(true).describe('Size the job to its demand.'),
  utilization: number(0.3, 0.95).prefault(0.75).describe('Target share of busy time after scaling.'),
  maxLag: duration('1s', '168h').prefault('30s').describe('Service objective: how far the job may be behind.'),
  catchUp: duration('10s', '168h').prefault('5m').describe('Time to work off the backlog, restart included.'),
  parallelism: bounds(MAX_PARALLELISM, 128).prefault({}).describe('Bounds of every vertex, in subtasks.'),
  taskManagers: bounds(10_000, 32).prefault({}).describe("Bounds of the job's TaskManagers."),
  vertices: list(vertex, 256).prefault([]).describe('Bounds of single vertices.'),
  scaleDown: z
    .strictObject({
      after: duration('0s', '168h').prefault('15m').describe('The smaller size must have been enough for this long.'),
      maxShare: number(0.01, 1).prefault(0.5).describe('Largest share of the slots given up at once.'),
    })
    .prefault({})
    .describe('When a job may shrink.'),
});
