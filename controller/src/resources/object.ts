import { z } from 'zod';
import { labelName, map, objectName } from './scalars.ts';

/** Of every resource of Drey. */
export const API_VERSION = 'drey.dev/v1alpha1';

const annotated = {
  name: objectName.describe('Unique among the objects of this kind and namespace.'),
  labels: map(z.string().max(63), 64).optional().describe('Free.'),
  annotations: map(z.string().max(4096), 64).optional().describe('Free.'),
};

/** Metadata of an object that lives in a namespace. */
export const namespacedMetadata = z.strictObject({
  ...annotated,
  namespace: labelName.prefault('default').describe('Where it lives and what it governs.'),
});

/** Metadata of an object of the whole cluster. */
export const clusterMetadata = z.strictObject(annotated);
