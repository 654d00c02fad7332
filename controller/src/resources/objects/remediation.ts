import { z } from 'zod';
import { PLATFORM_ACTIONS } from '../../core/model/action.ts';
import type { ActionParams } from '../../core/model/action.ts';
import type { JobKey } from '../../core/model/job-key.ts';
import { HOLD_REASONS } from '../../core/model/reason.ts';
import { INPUTS } from '../../core/model/input.ts';
import { EXPECTED, PHASES } from '../../core/model/remediation.ts';
import type { Remediation, RemediationSpec } from '../../core/model/remediation.ts';
import { API_VERSION } from '../object.ts';
import { duration, map, number, text } from '../scalars.ts';
import { clipped, instant, list, storedObject } from './fields.ts';
import type { ObjectCodec } from './fields.ts';

const params = z.strictObject({
  parallelism: map(z.int().min(1), 1000).exactOptional(),
  taskManagers: z.int().min(0).exactOptional(),
  pods: list(text(253), 1000).exactOptional(),
  onlyUnregistered: z.literal(true).exactOptional(),
  maxRewind: duration('0s', '9000h').exactOptional(),
  allowNonRestoredState: z.boolean().exactOptional(),
  claimMode: z.enum(['NoClaim', 'Claim']).exactOptional(),
});

const spec = z.strictObject({
  job: text(600),
  policy: text(300),
  controller: text(253),
  incident: z.strictObject({ cause: text(63), since: instant, rule: text(63).exactOptional() }),
  rung: z.int().min(0).max(100),
  action: z.enum(PLATFORM_ACTIONS),
  params,
  plan: list(z.strictObject({ step: text(100), key: text(1000) }), 64),
  evidence: list(clipped(1024), 20),
  verify: list(z.strictObject({ input: z.enum([...INPUTS, 'rules']), expect: z.enum(EXPECTED), by: instant }), 10),
  notAfter: instant,
  approval: z
    .strictObject({ decision: z.enum(['Approve', 'Deny']), by: text(253), reason: clipped(1024) })
    .exactOptional(),
});

const step = z.strictObject({
  step: text(100),
  key: text(1000),
  state: z.enum(['Planned', 'Sent', 'Done', 'Failed']),
  plannedAt: instant,
  sentAt: instant.nullable(),
  doneAt: instant.nullable(),
  detail: clipped(4096).nullable(),
});

const status = z.strictObject({
  journalVersion: z.literal(1),
  phase: z.enum(PHASES),
  outcome: clipped(4096).nullable(),
  reason: z.enum(HOLD_REASONS).nullable(),
  fence: number(0, Number.MAX_SAFE_INTEGER),
  steps: list(step, 64),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  verification: clipped(4096).nullable(),
});

/** `Remediation` as a Kubernetes object. */
const remediationSchema = storedObject('Remediation', spec, status);

/** Instants and durations are text in the object, numbers in the model. */
export const remediationCodec: ObjectCodec<Remediation> = {
  kind: 'Remediation',
  decode: (object) => {
    const { metadata, spec: read, status: journal } = z.decode(remediationSchema, object as never);
    const { name, namespace, creationTimestamp } = metadata;
    const checked: RemediationSpec = { ...read, job: read.job as JobKey, params: paramsOf(read.params) };
    return { metadata, value: { name, namespace, createdAt: creationTimestamp, spec: checked, status: journal } };
  },
  encode: (value, metadata) =>
    z.encode(remediationSchema, {
      apiVersion: API_VERSION,
      kind: 'Remediation',
      metadata,
      spec: { ...value.spec, params: writtenParams(value.spec.params) },
      status: value.status,
    } as z.output<typeof remediationSchema>),
};

function paramsOf({ maxRewind, ...rest }: z.output<typeof params>): ActionParams {
  return maxRewind === undefined ? rest : { ...rest, maxRewindMs: maxRewind };
}

function writtenParams({ maxRewindMs, ...rest }: ActionParams): object {
  return maxRewindMs === undefined ? rest : { ...rest, maxRewind: maxRewindMs };
}
