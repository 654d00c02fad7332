import type { VertexCapacity } from '../model/observed-job.ts';
import type { AutoscalePolicy } from '../model/policy.ts';
import type { Topology } from '../model/topology.ts';
import { scaleDown } from './down.ts';
import { estimate } from './estimate.ts';
import type { LoadHistory } from './history.ts';
import { slotsOf } from './size.ts';
import { overBand, scaleUp } from './up.ts';

/** All that sizing rests on. */
export interface ScaleRequest {
  readonly now: number;
  readonly topology: Topology;
  /** Oldest first; the newest one is of this tick. */
  readonly history: LoadHistory;
  readonly capacities: readonly VertexCapacity[];
  readonly policy: AutoscalePolicy;
  /** Lag now, ms; null = unknown (then the job is sized on demand and busy time alone). */
  readonly lagMs: number | null;
  readonly slotsPerTaskManager: number;
  readonly taskManagers: number;
  /** How long a rescale stops the job, ms. */
  readonly downtimeMs: number;
  /** Span of the rates in a sample, ms: a sample that is younger than this after a change still mixes before and after. */
  readonly rateWindowMs: number;
}

/** The size that a job should have, and why; or why it stays. */
export type ScaleVerdict =
  | { readonly kind: 'WithinBand'; readonly detail: string }
  | { readonly kind: 'Waiting'; readonly detail: string; readonly retryAt: number }
  | {
      readonly kind: 'Up' | 'Down';
      readonly parallelism: Readonly<Record<string, number>>;
      readonly taskManagers: number;
      readonly since: number;
      readonly detail: string;
      readonly limits: readonly string[];
    };

/** Demand-driven sizing of all vertices in one step: design §6. */
export function scale(request: ScaleRequest): ScaleVerdict {
  const newest = request.history.at(-1);
  if (!newest) return { kind: 'Waiting', detail: 'no load sample yet', retryAt: request.now + request.rateWindowMs };
  const now = estimate(request.topology, [newest], request.capacities);
  const pressed = overBand(request, now);
  if (pressed !== null) return scaleUp(request, pressed);
  return scaleDown(request) ?? { kind: 'WithinBand', detail: withinBand(request) };
}

function withinBand(request: ScaleRequest): string {
  const slots = slotsOf(request.topology, new Map());
  const late = request.lagMs !== null && request.lagMs > request.policy.maxLagMs;
  return late ? `${slots} slots work off the backlog within catchUp` : `${slots} slots keep up with the demand`;
}
