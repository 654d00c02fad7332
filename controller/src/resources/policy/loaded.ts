import { PLATFORM_ACTIONS } from '../../core/model/action.ts';
import type { AutoscalePolicy } from '../../core/model/policy.ts';
import type { Rule } from '../../core/model/rule.ts';
import { compilePattern } from '../pattern.ts';
import { windowClock } from '../windows.ts';
import { type ClusterFlinkPolicy, type FlinkPolicySpec, type Policy, policyTitle } from './policy.ts';
import { DEFAULT_SOURCES, type RuleSources, rulesOf } from './rules.ts';

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
  /** In force under it, built-in ones included, in order of precedence. */
  readonly rules: readonly Rule[];
}

/** A window whose schedule is compiled. */
export interface LoadedWindow {
  readonly type: 'Allow' | 'Freeze';
  readonly actions: FlinkPolicySpec['safety']['windows'][number]['actions'];
  readonly stateAt: ReturnType<typeof windowClock>;
}

/** The policy must have passed its check with the same sources: its patterns, schedules and queries compile. */
export function loadPolicy(policy: Policy, sources: RuleSources = DEFAULT_SOURCES): LoadedPolicy {
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
    rules: rulesOf(policy, sources),
  };
}
