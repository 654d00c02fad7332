import type { JobRef } from '../../core/model/job-key.ts';
import type { Amount, EffectivePolicy, SafetyPolicy } from '../../core/model/policy.ts';
import { selects } from '../selector.ts';
import { type LoadedPolicy, loadPolicy } from './loaded.ts';
import { API_VERSION } from '../object.ts';
import { flinkPolicy } from './policy.ts';
import { ceilingWindowsAt, earlier, smallerBudget, smallest, windowsAt } from './stricter.ts';

/** What of a job decides on its policy. */
export interface PolicyTarget {
  readonly ref: JobRef;
  readonly labels: Readonly<Record<string, string>>;
}

/** What holds for the whole fleet. */
export interface Fleet {
  readonly policies: readonly LoadedPolicy[];
  /** Base values of the configuration: a policy may only be stricter. */
  readonly limits: { readonly concurrent: Amount; readonly massFailure: SafetyPolicy['massFailure'] };
  /** Jobs of this Drey: percentages count over them. */
  readonly size: number;
}

/** The policy in force for one job now. Which one governs: namespaced before cluster, then higher priority. */
export function effectivePolicy(job: PolicyTarget, fleet: Fleet, now: number): EffectivePolicy {
  const selecting = fleet.policies.filter((it) => governs(it, job));
  const inNamespace = highest(selecting.filter((it) => it.namespace !== null));
  const inCluster = highest(selecting.filter((it) => it.namespace === null));
  const candidates = inNamespace.length > 0 ? inNamespace : inCluster;
  const [governing, rival] = candidates;
  const decided = governing === undefined || rival !== undefined ? NONE : governing;
  // Cluster policies limit whatever governs; where they are themselves at odds, all of them do.
  const ceilings = inCluster.filter((it) => it !== decided);
  return {
    name: decided === NONE ? 'none' : decided.title,
    mode: decided.spec.mode,
    conflict: rival === undefined ? [] : candidates.map((it) => it.title),
    autoscale: autoscaleOf(decided),
    heal: healOf(decided),
    safety: safetyOf(decided, ceilings, fleet, now),
  };
}

/** All defaults: what holds for a job that no policy governs. It observes. */
const NONE = loadPolicy(
  flinkPolicy.parse({ apiVersion: API_VERSION, kind: 'FlinkPolicy', metadata: { name: 'none' }, spec: {} }),
);

function governs(policy: LoadedPolicy, job: PolicyTarget): boolean {
  const { namespace, platform } = job.ref;
  if (policy.namespace !== null && policy.namespace !== namespace) return false;
  // Every namespace carries this label in Kubernetes; elsewhere it is the only one.
  const labels = { 'kubernetes.io/metadata.name': namespace };
  if (policy.namespaceSelector !== null && !selects(policy.namespaceSelector, labels)) return false;
  const { platforms } = policy.spec.selector;
  return (platforms.length === 0 || platforms.includes(platform)) && selects(policy.spec.selector, job.labels);
}

function highest(policies: readonly LoadedPolicy[]): readonly LoadedPolicy[] {
  const top = Math.max(...policies.map((it) => it.spec.priority));
  return policies.filter((it) => it.spec.priority === top);
}

function autoscaleOf({ spec: { autoscale }, vertices }: LoadedPolicy): EffectivePolicy['autoscale'] {
  return {
    enabled: autoscale.enabled,
    utilization: autoscale.utilization,
    maxLagMs: autoscale.maxLag,
    catchUpMs: autoscale.catchUp,
    parallelism: autoscale.parallelism,
    taskManagers: autoscale.taskManagers,
    vertices,
    scaleDown: { afterMs: autoscale.scaleDown.after, maxShare: autoscale.scaleDown.maxShare },
  };
}

function healOf({ spec: { heal }, rules }: LoadedPolicy): EffectivePolicy['heal'] {
  const { maxRewind, ...restore } = heal.restore;
  return { enabled: heal.enabled, restore: { ...restore, maxRewindMs: maxRewind }, rules };
}

function safetyOf(
  governing: LoadedPolicy,
  ceilings: readonly LoadedPolicy[],
  fleet: Fleet,
  now: number,
): EffectivePolicy['safety'] {
  const base = fleet.limits.massFailure;
  const all = [governing, ...ceilings].map((it) => it.spec.safety);
  return {
    cooldownMs: Math.max(...all.map((it) => it.cooldown)),
    budget: {
      job: all.map((it) => ({ actions: it.budget.job.actions, perMs: it.budget.job.per })).reduce(smallerBudget),
      fleet: {
        concurrent: smallest(
          [fleet.limits.concurrent, ...all.flatMap((it) => it.budget.fleet.concurrent ?? [])],
          fleet.size,
        ),
      },
    },
    massFailure: all
      .map(({ massFailure: { share, atLeast, within } }) => ({
        share: share ?? base.share,
        atLeast: atLeast ?? base.atLeast,
        withinMs: within ?? base.withinMs,
      }))
      .reduce(earlier, base),
    windows: [...windowsAt(governing.windows, now), ...ceilings.flatMap((it) => ceilingWindowsAt(it.windows, now))],
  };
}
