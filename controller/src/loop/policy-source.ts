import type { PoliciesView } from '../report/api-model.ts';
import type { LoadedPolicy } from '../resources/policy/loaded.ts';

/** Where the policies in force come from. */
export interface PolicySource {
  /** In force from one `refresh` to the next, so that all jobs of a tick are judged by the same ones. */
  readonly current: readonly LoadedPolicy[];
  /** Since when, and what was refused since. */
  readonly status: PoliciesView;
  /** Looks whether they changed. Never rejects, and comes back in bounded time: what can't be read changes nothing. */
  refresh(): Promise<void>;
}

/** Policies that don't change. `acceptedAt`: epoch ms. */
export function fixedPolicies(current: readonly LoadedPolicy[], acceptedAt: number): PolicySource {
  return { current, status: { acceptedAt, refused: null }, refresh: () => Promise.resolve() };
}
