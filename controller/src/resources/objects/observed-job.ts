import { z } from 'zod';
import type { JobKey } from '../../core/model/job-key.ts';
import type { ObservedJob } from '../../core/model/observed-job.ts';
import { API_VERSION } from '../object.ts';
import { map, number, text } from '../scalars.ts';
import { clipped, instant, list, storedObject } from './fields.ts';
import type { ObjectCodec } from './fields.ts';

const restorePoint = z.strictObject({
  kind: z.enum(['checkpoint', 'savepoint']),
  path: text(4096),
  checkpointId: z.int().min(0),
  flinkJobId: text(64),
  completedAt: instant,
  level: z.enum(['reported', 'present', 'complete']),
});

const capacity = z.strictObject({
  vertex: text(1000),
  perSubtask: z.number().min(0),
  measuredAtBusy: number(0, 1),
  at: instant,
});

const spec = z.strictObject({ job: text(600), controller: text(253) });

const status = z.strictObject({
  remediations: z.int().min(0),
  newestRestorePoint: restorePoint.nullable(),
  unusablePoints: list(z.strictObject({ path: text(4096), problem: clipped(1024) }), 20),
  capacities: list(capacity, 1000),
  ruleCounts: map(z.strictObject({ ticks: z.int().min(1), since: instant, at: instant }), 256).prefault({}),
  updatedAt: instant,
  page: z.strictObject({ since: instant, cause: text(100), detail: clipped(4096) }).nullable(),
  lastDecision: z.strictObject({ at: instant, kind: text(100), reason: text(100), detail: clipped(4096) }).nullable(),
});

/** `ObservedJob` as a Kubernetes object. */
const observedJobSchema = storedObject('ObservedJob', spec, status);

/** Instants are text in the object, numbers in the model. */
export const observedJobCodec: ObjectCodec<ObservedJob> = {
  kind: 'ObservedJob',
  decode: (object) => {
    const { metadata, spec: read, status: known } = z.decode(observedJobSchema, object as never);
    const { name, namespace } = metadata;
    return { metadata, value: { name, namespace, key: read.job as JobKey, controller: read.controller, ...known } };
  },
  encode: ({ name: _name, namespace: _namespace, key, controller, ...known }, metadata) =>
    z.encode(observedJobSchema, {
      apiVersion: API_VERSION,
      kind: 'ObservedJob',
      metadata,
      spec: { job: key, controller },
      status: known,
    } as z.output<typeof observedJobSchema>),
};
