import { z } from 'zod';
import { duration, labelName } from '../scalars.ts';
import { instant } from './load.ts';

/** Faults of a job (design: table of faults). */
export const JOB_FAULTS = [
  'taskManagerLost',
  'nodeLost',
  'taskManagerStuck',
  'jobManagerLost',
  'jobFailed',
  'restartLoop',
  'outOfMemory',
  'metaspaceExhausted',
  'checkpointFailing',
  'storageDown',
  'stateIncompatible',
  'poisonRecord',
] as const;

/** One of `JOB_FAULTS`. */
export type JobFaultKind = (typeof JOB_FAULTS)[number];

/** What metrics may do wrong, for all jobs. */
export const METRICS_FAULTS = ['absent', 'stale', 'partial', 'nan', 'zero', 'error', 'slow'] as const;

const at = instant().describe('From the start of the scenario.');
const during = duration('1s', '999h').optional().describe('Default: until healed.');

const jobFault = z.strictObject({
  at,
  job: labelName.describe('Name of the job.'),
  kind: z.enum(JOB_FAULTS).describe('What happens.'),
  for: during,
  every: duration('1s', '24h').optional().describe('restartLoop (default 10s), outOfMemory (default 5m).'),
  healthySpec: z.boolean().optional().describe('stateIncompatible: false = no earlier version is to be had.'),
});

const metricsFault = z.strictObject({
  at,
  kind: z.literal('metrics').describe('Of all jobs.'),
  fault: z.enum(METRICS_FAULTS).describe('What their answers look like.'),
  for: during,
});

const logsFault = z.strictObject({
  at,
  kind: z.literal('logs').describe('Of all jobs.'),
  fault: z.enum(['error']).describe('What their answers look like.'),
  for: during,
});

const apiFault = z.strictObject({
  at,
  kind: z.literal('api').describe('Of all jobs.'),
  fault: z.enum(['error', 'conflict', 'slow']).describe('What Flink and the platform answer.'),
  for: during,
});

/** A fault and when it begins. */
export const fault = z.discriminatedUnion('kind', [jobFault, metricsFault, logsFault, apiFault]);

/** A fault that passed its schema: durations in ms. */
export type ScenarioFault = z.output<typeof fault>;
