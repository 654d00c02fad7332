import type { ActionParams, PlatformAction } from '../../model/action.ts';
import type { RaisedBy } from '../../model/decision.ts';
import type { CauseName } from '../../model/diagnosis.ts';
import type { InputName } from '../../model/input.ts';
import type { Amount, EffectivePolicy } from '../../model/policy.ts';
import type { HoldReason } from '../../model/reason.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { JobMemory } from '../../diagnose/memory.ts';

/** An action that diagnosis or sizing wants, before anyone asked whether it may be done. */
export interface Candidate {
  readonly cause: CauseName;
  /** Whose query raised it; left out where a symptom did. */
  readonly rule?: RaisedBy;
  readonly action: PlatformAction;
  readonly params: ActionParams;
  readonly rung: number;
  /** Time that the action has to prove itself, ms. */
  readonly withinMs: number;
  readonly needs: readonly InputName[];
}

/** The fleet as one tick sees it. */
export interface Fleet {
  readonly watched: number;
  /** Jobs with an action in flight. */
  readonly acting: number;
  readonly concurrent: Amount;
  /** Jobs that were healthy and fell sick, with the time. */
  readonly fellSick: readonly number[];
  readonly massFailure: { readonly share: number; readonly atLeast: number; readonly withinMs: number };
}

/** What every gate sees. */
export interface GateContext {
  readonly now: number;
  readonly candidate: Candidate;
  readonly snapshot: Snapshot;
  readonly memory: JobMemory;
  readonly policy: EffectivePolicy;
  readonly fleet: Fleet;
  /** `yes`, or why the platform can't do the action. */
  readonly capability: 'yes' | { readonly no: string };
}

/** Why a candidate is held. */
export interface Denial {
  readonly reason: HoldReason;
  readonly detail: string;
  /** Epoch ms; null = when inputs or state change. */
  readonly retryAt: number | null;
  /** A person must look: waiting will not help. */
  readonly page?: true;
}

/** One reason not to act now; null allows. */
export type Gate = (context: GateContext) => Denial | null;

/** Actions that size a job: held by cooldown, never part of healing. */
export function isScaling(action: PlatformAction): boolean {
  return action === 'Rescale' || action === 'ScaleTaskManagers';
}

/** Actions that end a run and start another from a restore point. */
export function startsRun(action: PlatformAction): boolean {
  return action === 'RestartFromCheckpoint' || action === 'RecreateCluster' || action === 'RestartJobManager';
}
