import type { Action } from './action.ts';
import type { Rule } from './rule.ts';

/** Observe: only say. Approve: act when a person agrees. Act: act. */
export type Mode = 'Observe' | 'Approve' | 'Act';

/** The policy in force for one job: durations in ms, patterns compiled by the caller. */
export interface EffectivePolicy {
  /** For people: `FlinkPolicy default/topup`, or `none`. */
  readonly name: string;
  readonly mode: Mode;
  readonly conflict: readonly string[];
  readonly autoscale: AutoscalePolicy;
  readonly heal: HealPolicy;
  readonly safety: SafetyPolicy;
}

/** Sizing. Shares 0..1, durations ms, parallelism in subtasks. */
export interface AutoscalePolicy {
  readonly enabled: boolean;
  readonly utilization: number;
  readonly maxLagMs: number;
  readonly catchUpMs: number;
  readonly parallelism: Bounds;
  readonly taskManagers: Bounds;
  /** First match wins. */
  readonly vertices: readonly { readonly matches: (vertexName: string) => boolean; readonly bounds: Partial<Bounds> }[];
  readonly scaleDown: { readonly afterMs: number; readonly maxShare: number };
}

/** Both included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Healing, and what a restart may restore from. */
export interface HealPolicy {
  readonly enabled: boolean;
  readonly restore: {
    readonly claimMode: 'NoClaim' | 'Claim';
    readonly allowNonRestoredState: boolean;
    readonly allowEmpty: boolean;
    readonly maxRewindMs: number;
  };
  /** Built-in ones and the policy's own, in order of precedence. */
  readonly rules: readonly Rule[];
}

/** What holds actions back. */
export interface SafetyPolicy {
  readonly cooldownMs: number;
  readonly budget: {
    readonly job: { readonly actions: number; readonly perMs: number };
    readonly fleet: { readonly concurrent: Amount };
  };
  readonly massFailure: { readonly share: number; readonly atLeast: number; readonly withinMs: number };
  readonly windows: readonly Window[];
}

/** A count, or a share of the fleet (rounded up, at least 1). */
export type Amount = { readonly count: number } | { readonly share: number };

/** A window as of now; cron stays outside core. */
export interface Window {
  readonly type: 'Allow' | 'Freeze';
  readonly actions: readonly Action[];
  readonly state: { readonly openUntil: number } | { readonly opensAt: number };
}
