import { z } from 'zod';
import { API_VERSION } from '../object.ts';
import { labelName, objectName } from '../scalars.ts';

/** RFC 3339 in the object, epoch ms in the model. */
export const instant = z.codec(z.iso.datetime({ offset: true }), z.number(), {
  decode: (written) => Date.parse(written),
  encode: (at) => new Date(at).toISOString(),
});

/** Text that Drey writes: longer ones are cut, never refused, so that a long error can't keep a journal from being written. */
export const clipped = (max: number) =>
  z.codec(z.string().max(max), z.string(), {
    decode: (written) => written,
    encode: (value) => (value.length > max ? `${value.slice(0, max - 1)}…` : value),
  });

/** At most `max` items; not to be changed in place. */
export const list = <T extends z.ZodType>(item: T, max: number) => z.array(item).max(max).readonly();

/** What every stored object carries besides spec and status. */
const storedMetadata = z.strictObject({
  name: objectName,
  namespace: labelName,
  creationTimestamp: instant,
  resourceVersion: z.string().regex(/^[0-9]{1,15}$/),
  generation: z.int().min(1),
});

/** Of a stored object; `creationTimestamp` is epoch ms. */
export type StoredMetadata = z.output<typeof storedMetadata>;

/** An object of one kind as the store holds it. */
export const storedObject = <Kind extends string, Spec extends z.ZodType, Status extends z.ZodType>(
  kind: Kind,
  spec: Spec,
  status: Status,
) =>
  z.strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind),
    metadata: storedMetadata,
    spec,
    status,
  });

/** A value of the model with the metadata it was stored with. */
export interface Decoded<T> {
  readonly value: T;
  readonly metadata: StoredMetadata;
}

/** Both directions between the model and one kind of object. `decode` throws `ZodError`. */
export interface ObjectCodec<T> {
  readonly kind: string;
  decode(object: unknown): Decoded<T>;
  encode(value: T, metadata: StoredMetadata): unknown;
}
