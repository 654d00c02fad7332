import type { LoadedPolicy } from '../resources/policy/loaded.ts';

/** Where the policies in force come from. */
export interface PolicySource {
  /** In force from one `refresh` to the next, so that all jobs of a tick are judged by the same ones. */
  readonly current: readonly LoadedPolicy[];
  /** Looks whether they changed. Never rejects, and comes back in bounded time: what can't be read changes nothing. */
  refresh(): Promise<void>;
}

/** Policies that don't change. */
export function fixedPolicies(current: readonly LoadedPolicy[]): PolicySource {
  return { current, refresh: () => Promise.resolve() };
}
