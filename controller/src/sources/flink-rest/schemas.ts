import { z } from 'zod';

/** Answers of Flink 1.18 to 2.3 as they come; fields that Drey does not use are not named and may be anything. */
const state = z.enum([
  'CREATED',
  'INITIALIZING',
  'RUNNING',
  'FAILING',
  'FAILED',
  'CANCELLING',
  'CANCELED',
  'FINISHED',
  'RESTARTING',
  'SUSPENDED',
  'RECONCILING',
]);
const hexId = z.string().regex(/^[0-9a-f]{32}$/);

const jobFields = {
  jid: hexId,
  name: z.string(),
  state,
  'start-time': z.number(),
  'end-time': z.number(),
};

export const jobsOverview = z.object({ jobs: z.array(z.object(jobFields)) });

export const jobDetails = z.object({
  ...jobFields,
  now: z.number(),
  timestamps: z.record(z.string(), z.number()),
  schedulerType: z.string().nullish(),
  vertices: z.array(
    z.object({
      id: hexId,
      name: z.string(),
      parallelism: z.number().int(),
      maxParallelism: z.number().int(),
      status: z.string(),
      slotSharingGroupId: z.string().nullish(),
    }),
  ),
  plan: z.object({
    // Flink 1 answers an empty plan until a run has its vertices.
    nodes: z.array(z.object({ id: hexId, inputs: z.array(z.object({ id: hexId })).nullish() })).nullish(),
  }),
});

const checkpoint = z.object({
  id: z.number(),
  status: z.enum(['COMPLETED', 'IN_PROGRESS', 'FAILED']),
  is_savepoint: z.boolean(),
  trigger_timestamp: z.number(),
  latest_ack_timestamp: z.number().nullish(),
  external_path: z.string().nullish(),
  discarded: z.boolean().nullish(),
});

export const checkpoints = z.object({
  counts: z.object({
    restored: z.number(),
    completed: z.number(),
    failed: z.number(),
    in_progress: z.number(),
  }),
  latest: z
    .object({
      completed: checkpoint.nullish(),
      savepoint: checkpoint.nullish(),
      restored: z
        .object({
          id: z.number(),
          restore_timestamp: z.number(),
          is_savepoint: z.boolean(),
          external_path: z.string().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  history: z.array(checkpoint).nullish(),
});

export const checkpointConfig = z.object({
  interval: z.number(),
  timeout: z.number(),
  externalization: z.object({ enabled: z.boolean(), delete_on_cancellation: z.boolean() }),
  state_backend: z.string().nullish(),
  checkpoint_storage: z.string().nullish(),
});

export const exceptions = z.object({
  exceptionHistory: z.object({
    entries: z.array(
      z.object({
        exceptionName: z.string(),
        stacktrace: z.string(),
        timestamp: z.number(),
        taskManagerId: z.string().nullish(),
      }),
    ),
  }),
});

export const executionResult = z.object({
  'job-execution-result': z.object({ 'failure-cause': z.object({ 'stack-trace': z.string() }).nullish() }).nullish(),
});

export const requirements = z.record(
  hexId,
  z.object({ parallelism: z.object({ lowerBound: z.number(), upperBound: z.number() }) }),
);

export const taskManagers = z.object({
  taskmanagers: z.array(
    z.object({
      id: z.string(),
      slotsNumber: z.number(),
      freeSlots: z.number(),
      timeSinceLastHeartbeat: z.number().nullish(),
    }),
  ),
});

export const overview = z.object({
  taskmanagers: z.number(),
  'slots-total': z.number(),
  'slots-available': z.number(),
  'flink-version': z.string(),
});

export const jars = z.object({ files: z.array(z.object({ id: z.string(), name: z.string(), uploaded: z.number() })) });
export const jarUploaded = z.object({ filename: z.string() });
export const jarRun = z.object({ jobid: hexId });

export const trigger = z.object({
  status: z.object({ id: z.enum(['IN_PROGRESS', 'COMPLETED']) }),
  operation: z.object({ checkpointId: z.number().nullish() }).nullish(),
});
