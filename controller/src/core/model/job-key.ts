/** What runs Flink. Later: native, lyft, spotify, ververica. */
export const PLATFORMS = ['flink-operator', 'standalone', 'process', 'simulated'] as const;

/** One of `PLATFORMS`. */
export type PlatformName = (typeof PLATFORMS)[number];

/** A job's name over all its restarts: `[cluster:]platform/namespace/Kind/name`. */
export interface JobRef {
  readonly cluster?: string;
  readonly platform: PlatformName;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
}

/** A `JobRef` as text, made by `jobKey` alone. */
export type JobKey = string & { readonly __brand: 'JobKey' };

/** The key of a job: `process/local/Job/topup`. */
export function jobKey(ref: JobRef): JobKey {
  const path = `${ref.platform}/${ref.namespace}/${ref.kind}/${ref.name}`;
  return (ref.cluster === undefined ? path : `${ref.cluster}:${path}`) as JobKey;
}

/** Undefined when the text is no job key. */
export function parseJobKey(text: string): JobRef | undefined {
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  const hasCluster = colon > 0 && colon < slash;
  const [platform, namespace, kind, ...name] = (hasCluster ? text.slice(colon + 1) : text).split('/');
  if (!platform || !namespace || !kind || name.length === 0 || !name[0]) return undefined;
  const known = PLATFORMS.find((one) => one === platform);
  if (known === undefined) return undefined;
  const ref = { platform: known, namespace, kind, name: name.join('/') };
  return hasCluster ? { cluster: text.slice(0, colon), ...ref } : ref;
}

/** Keys that end with `tail` at a path boundary (`topup`, `Job/topup`, the whole key): `JOB` on the command line. */
export function matchJobKeys(tail: string, keys: readonly JobKey[]): readonly JobKey[] {
  const exact = keys.filter((key) => key === tail);
  return exact.length > 0 ? exact : keys.filter((key) => key.endsWith(`/${tail}`));
}
