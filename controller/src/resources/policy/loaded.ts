import { PLATFORM_ACTIONS } from '../../core/model/action.ts';
import type { AutoscalePolicy } from '../../core/model/policy.ts';
import { compilePattern } from '../pattern.ts';
import { windowClock } from '../windows.ts';
import type { ClusterFlinkPolicy, FlinkPolicySpec, Policy } from './policy.ts';

/** A checked policy, its patterns and schedules compiled once. */
export interface LoadedPolicy {
  /** For people: `FlinkPolicy default/topup`, `ClusterFlinkPolicy base`. */
  readonly title: string;
  /** Null for a cluster policy. */
  readonly namespace: string | null;
  /** Null for a namespaced policy. */
  readonly namespaceSelector: ClusterFlinkPolicy['spec']['namespaceSelector'] | null;
  readonly spec: FlinkPolicySpec;
  readonly vertices: AutoscalePolicy['vertices'];
  readonly windows: readonly LoadedWindow[];
}

/** A window whose schedule is compiled. */
export interface LoadedWindow {
  readonly type: 'Allow' | 'Freeze';
  readonly actions: FlinkPolicySpec['safety']['windows'][number]['actions'];
  readonly stateAt: ReturnType<typeof windowClock>;
}

/** Title of a policy for people. */
export function policyTitle(policy: Policy): string {
  return policy.kind === 'FlinkPolicy'
    ? `FlinkPolicy ${policy.metadata.namespace}/${policy.metadata.name}`
    : `ClusterFlinkPolicy ${policy.metadata.name}`;
}

/** The policy must have passed its schema: its patterns and schedules compile. */
export function loadPolicy(policy: Policy): LoadedPolicy {
  const { spec } = policy;
  return {
    title: policyTitle(policy),
    namespace: policy.kind === 'FlinkPolicy' ? policy.metadata.namespace : null,
    namespaceSelector: policy.kind === 'ClusterFlinkPolicy' ? policy.spec.namespaceSelector : null,
    spec,
    vertices: spec.autoscale.vertices.map(({ match, min, max }) => ({
      matches: compilePattern(match),
      bounds: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) },
    })),
    windows: spec.safety.windows.map((window) => ({
      type: window.type,
      // A freeze that names nothing freezes all.
      actions: window.actions.length === 0 ? PLATFORM_ACTIONS : window.actions,
      stateAt: windowClock(window),
    })),
  };
}
