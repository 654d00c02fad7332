import type { StepContext, StepFinding } from '../../contract.ts';
import type { Cluster } from '../cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { FlinkControl } from '../flink-control.ts';

/** What a step works on. */
export interface StepTarget {
  readonly cluster: Cluster;
  /** As of the beginning of the call. */
  readonly state: ClusterState | null;
  readonly rest: FlinkControl;
  readonly context: StepContext;
}

/** One kind of step. Without `send` it writes nothing, and `find` never says Absent. */
export interface StepKind {
  find(target: StepTarget): Promise<StepFinding>;
  send?(target: StepTarget): Promise<void>;
}

/** What follows the slash in the step's name: a pod, a number. */
export function tailOf({ context }: StepTarget): string {
  return context.step.step.slice(context.step.step.indexOf('/') + 1);
}
