import { z } from 'zod';
import { list, map, text } from './scalars.ts';

const requirement = z
  .strictObject({
    key: text(317).describe('Label.'),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the label is compared.'),
    values: list(z.string().max(63), 64).prefault([]).describe('For In and NotIn.'),
  })
  .refine((it) => ['In', 'NotIn'].includes(it.operator) === it.values.length > 0, {
    path: ['values'],
    error: 'values with In and NotIn, none with Exists and DoesNotExist',
  });

/** Fields of a Kubernetes label selector. */
export const labelSelectorFields = {
  matchLabels: map(z.string().max(63), 64).prefault({}).describe('Labels that must all be there with these values.'),
  matchExpressions: list(requirement, 64).prefault([]).describe('Requirements that must all hold.'),
};

/** A Kubernetes label selector. */
export const labelSelector = z.strictObject(labelSelectorFields);

/** A selector that passed its schema. */
export type LabelSelector = z.output<typeof labelSelector>;
type Labels = Readonly<Record<string, string>>;

/** An empty selector matches everything, as in Kubernetes. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(selector.matchLabels).every(([key, value]) => has(labels, key) && labels[key] === value) &&
    selector.matchExpressions.every((it) => holds(it, labels))
  );
}

function holds(it: z.output<typeof requirement>, labels: Labels): boolean {
  const value = has(labels, it.key) ? labels[it.key] : undefined;
  switch (it.operator) {
    case 'In':
      return value !== undefined && it.values.includes(value);
    case 'NotIn':
      return value === undefined || !it.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

const has = (labels: Labels, key: string): boolean => Object.hasOwn(labels, key);
