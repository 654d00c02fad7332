import { z } from 'zod';
import { count, labelName, list, map, text } from '../scalars.ts';

const path = () => text(4096);

const memory = () =>
  z
    .string({ error: 'a size such as 1024m or 2g' })
    .regex(/^[1-9][0-9]{0,6}(k|m|g|kb|mb|gb)$/, { error: 'a size such as 1024m or 2g' });

const job = z.strictObject({
  name: text(253)
    .regex(/^[^/\s]+$/, { error: 'a name without "/" and spaces' })
    .describe("The job's name in its key, and Flink's `job_name`."),
  jar: path().describe('The job as a jar file.'),
  entryClass: text(512).optional().describe("Its main class; default: what the jar's manifest says."),
  args: list(z.string().max(4096), 256).prefault([]).describe('Arguments of the main class.'),
  parallelism: count(1, 32_768).prefault(1).describe('At the first start.'),
});

const cluster = z.strictObject({
  name: labelName.describe('Pods are named after it: NAME-jobmanager-0, NAME-taskmanager-N.'),
  namespace: labelName.prefault('local').describe("Namespace of the cluster's job."),
  flinkHome: path().describe('Flink distribution: the folder that holds lib, plugins and bin/bash-java-utils.jar.'),
  java: path().prefault('java').describe('Java to run it with.'),
  taskManagers: count(1, 10_000).prefault(1).describe('At the first start.'),
  slotsPerTaskManager: count(1, 256).prefault(1).describe('Task slots of each TaskManager.'),
  taskManagerMemory: memory().prefault('1728m').describe("Flink's `taskmanager.memory.process.size`."),
  jobManagerMemory: memory().prefault('1600m').describe("Flink's `jobmanager.memory.process.size`."),
  flinkConf: map(
    z.union([z.string().max(4096), z.number(), z.boolean()], { error: 'text, a number, true or false' }),
    512,
  )
    .prefault({})
    .describe("Flink's own settings, as in its configuration file."),
  checkpointDir: path().describe('Folder of the checkpoints; of this cluster alone.'),
  job: job.describe('The job that runs on it.'),
});

/** Flink clusters as processes of this machine. */
export const processPlatform = z.strictObject({
  clusters: list(cluster, 64)
    .refine((all) => new Set(all.map((it) => it.name)).size === all.length, { error: 'clusters with different names' })
    .refine((all) => new Set(all.map((it) => `${it.namespace}/${it.job.name}`)).size === all.length, {
      error: 'jobs that differ in namespace or name',
    })
    .describe('One Flink session cluster with one job each.'),
});

/** Settings of the platform `process` that passed their schema. */
export type ProcessPlatformSettings = z.output<typeof processPlatform>;
