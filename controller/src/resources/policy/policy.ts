import { z } from 'zod';
import { PLATFORMS } from '../../core/model/job-key.ts';
import { API_VERSION, clusterMetadata, namespacedMetadata } from '../object.ts';
import { list } from '../scalars.ts';
import { labelSelector, labelSelectorFields } from '../selector.ts';
import { autoscale } from './autoscale.ts';
import { heal } from './heal.ts';
import { safety } from './safety.ts';

const specFields = {
  priority: z
    .int()
    .min(-1_000_000)
    .max(1_000_000)
    .prefault(0)
    .describe('Among policies of the same scope that select a job, the highest governs; a tie governs nobody.'),
  selector: z
    .strictObject({
      ...labelSelectorFields,
      platforms: list(z.enum(PLATFORMS), PLATFORMS.length)
        .prefault([])
        .describe('Only jobs of these; none named = all.'),
    })
    .prefault({})
    .describe('Which jobs; nothing named = every job of the namespace.'),
  mode: z
    .enum(['Observe', 'Approve', 'Act'])
    .prefault('Observe')
    .describe('Observe: only say what would be done. Approve: act when a person agrees. Act: act.'),
  autoscale: autoscale.prefault({}).describe('Sizing.'),
  heal: heal.prefault({}).describe('Healing.'),
  safety: safety.prefault({}).describe('What limits every action.'),
};

/** Spec of a `FlinkPolicy`; `{}` is valid and observes. */
export const flinkPolicySpec = z.strictObject(specFields);

/** The same over namespaces. */
export const clusterFlinkPolicySpec = z.strictObject({
  ...specFields,
  namespaceSelector: labelSelector.describe('Which namespaces; {} = all.'),
});

/** A `FlinkPolicy`, of one namespace. */
export const flinkPolicy = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Group and version.'),
  kind: z.literal('FlinkPolicy').describe('This kind.'),
  metadata: namespacedMetadata.describe('Name and place.'),
  spec: flinkPolicySpec.describe('What is wanted.'),
});

/** A `ClusterFlinkPolicy`, of the namespaces that it selects. */
export const clusterFlinkPolicy = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Group and version.'),
  kind: z.literal('ClusterFlinkPolicy').describe('This kind.'),
  metadata: clusterMetadata.describe('Name.'),
  spec: clusterFlinkPolicySpec.describe('What is wanted.'),
});

/** A spec that passed its schema: durations in ms, defaults filled in. */
export type FlinkPolicySpec = z.output<typeof flinkPolicySpec>;
/** A `FlinkPolicy` that passed its schema. */
export type FlinkPolicy = z.output<typeof flinkPolicy>;
/** A `ClusterFlinkPolicy` that passed its schema. */
export type ClusterFlinkPolicy = z.output<typeof clusterFlinkPolicy>;
/** Either kind. */
export type Policy = FlinkPolicy | ClusterFlinkPolicy;

/** Title of a policy for people. */
export function policyTitle(policy: Policy): string {
  return policy.kind === 'FlinkPolicy'
    ? `FlinkPolicy ${policy.metadata.namespace}/${policy.metadata.name}`
    : `ClusterFlinkPolicy ${policy.metadata.name}`;
}
