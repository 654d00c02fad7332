import type { RuleSight } from '../core/diagnose/sight.ts';
import { NO_RESTARTS, type RestartMemory, rememberRestarts } from '../core/diagnose/restarts.ts';
import type { Decision } from '../core/model/decision.ts';
import { usable } from '../core/model/input.ts';
import type { EffectivePolicy } from '../core/model/policy.ts';
import type { Remediation } from '../core/model/remediation.ts';
import { hasEnded } from '../core/model/snapshot.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { appendSample, loadSample } from '../core/scale/history.ts';
import type { LoadHistory, LoadSample } from '../core/scale/history.ts';
import type { PlatformJob } from '../platforms/contract.ts';

/** What this process remembers of a job between ticks. All of it may be lost: what must not be is in the store. */
export interface JobState {
  readonly job: PlatformJob;
  readonly snapshot: Snapshot;
  readonly policy: EffectivePolicy;
  readonly decision: Decision;
  /** The rules in force and what each says. */
  readonly sights: readonly RuleSight[];
  readonly memory: TickMemory;
  /** Closed remediations, newest first, as the tick saw them. */
  readonly closed: readonly Remediation[];
}

/** What one tick hands to the next about a job. */
export interface TickMemory {
  readonly history: LoadHistory;
  /** The sample that this tick added, if any. */
  readonly newest: LoadSample | null;
  readonly restarts: RestartMemory;
  readonly completed: number | null;
  readonly checkpointSeenAt: number | null;
  readonly notRunningSince: number | null;
  readonly unseenSince: number | null;
  /** Whether it was ever seen healthy, and when it fell sick after that. */
  readonly wasHealthy: boolean;
  readonly fellSickAt: number | null;
}

/** Of a job that was never seen. */
export const EMPTY_MEMORY: TickMemory = {
  history: [],
  newest: null,
  restarts: NO_RESTARTS,
  completed: null,
  checkpointSeenAt: null,
  notRunningSince: null,
  unseenSince: null,
  wasHealthy: false,
  fellSickAt: null,
};

/** Folds a snapshot into the memory. Inputs that can't be used leave it as it is. */
export function remember(
  memory: TickMemory,
  snapshot: Snapshot,
  lookBackMs: number,
  settledAfterMs: number,
): TickMemory {
  const newest = loadSample(snapshot, settledAfterMs);
  const history = newest === null ? memory.history : appendSample(memory.history, newest, lookBackMs);
  const completed = usable(snapshot.checkpoints)?.completed ?? null;
  const grew = completed !== null && memory.completed !== null && completed !== memory.completed;
  return {
    ...memory,
    history,
    newest,
    restarts: rememberRestarts(memory.restarts, snapshot),
    notRunningSince: isLate(snapshot) ? (memory.notRunningSince ?? snapshot.at) : null,
    unseenSince: snapshot.jobState.freshness === 'fresh' ? null : (memory.unseenSince ?? snapshot.at),
    completed: completed ?? memory.completed,
    checkpointSeenAt:
      grew || (memory.checkpointSeenAt === null && completed !== null) ? snapshot.at : memory.checkpointSeenAt,
  };
}

/** On its way to RUNNING, or away from it, as far as anybody can tell. */
function isLate(snapshot: Snapshot): boolean {
  const state = usable(snapshot.jobState)?.state;
  return state !== undefined && state !== 'RUNNING' && state !== 'Gone' && !hasEnded(state);
}

/** A job is healthy while it runs and no cause is known. */
export function withHealth(memory: TickMemory, snapshot: Snapshot, decision: Decision): TickMemory {
  const running = usable(snapshot.jobState)?.state === 'RUNNING';
  if (running && !isSick(decision)) return { ...memory, wasHealthy: true, fellSickAt: null };
  if (isSick(decision) && memory.wasHealthy && memory.fellSickAt === null)
    return { ...memory, fellSickAt: snapshot.at };
  return memory;
}

/** The decision names a cause that is not about size. */
export function isSick(decision: Decision): boolean {
  return decision.cause !== null && decision.cause !== 'UnderProvisioned' && decision.cause !== 'OverProvisioned';
}
