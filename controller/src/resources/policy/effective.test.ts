import { describe, expect, it } from 'vitest';
import { BUILT_IN_RULES } from '../../core/diagnose/causes.ts';
import type { Amount } from '../../core/model/policy.ts';
import { checkResource } from '../check/resource.ts';
import { effectivePolicy, type Fleet, type PolicyTarget } from './effective.ts';
import { type LoadedPolicy, loadPolicy } from './loaded.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const limits: Fleet['limits'] = {
  concurrent: { share: 0.1 },
  massFailure: { share: 0.2, atLeast: 3, withinMs: 600_000 },
};
const job: PolicyTarget = {
  ref: { platform: 'process', namespace: 'payments', kind: 'Job', name: 'topup' },
  labels: { team: 'balance' },
};

function policy(kind: string, name: string, spec: object, namespace = 'payments'): LoadedPolicy {
  const metadata = kind === 'FlinkPolicy' ? { name, namespace } : { name };
  const scope = kind === 'FlinkPolicy' ? {} : { namespaceSelector: {} };
  const checked = checkResource({ apiVersion: 'drey.dev/v1alpha1', kind, metadata, spec: { ...scope, ...spec } });
  if (!checked.ok || checked.value.kind === 'DreyConfig') throw new Error(JSON.stringify(checked));
  return loadPolicy(checked.value);
}

const inForce = (policies: readonly LoadedPolicy[], size = 1, target = job) =>
  effectivePolicy(target, { policies, limits, size }, NOW);

describe('effectivePolicy', () => {
  it('observes with all defaults where no policy governs', () => {
    const { autoscale, ...rest } = inForce([]);
    expect(rest).toEqual({
      name: 'none',
      mode: 'Observe',
      conflict: [],
      heal: {
        enabled: true,
        restore: { claimMode: 'NoClaim', allowNonRestoredState: false, allowEmpty: false, maxRewindMs: 600_000 },
        rules: BUILT_IN_RULES,
      },
      safety: {
        cooldownMs: 300_000,
        budget: { job: { actions: 4, perMs: 3_600_000 }, fleet: { concurrent: { count: 1 } } },
        massFailure: { share: 0.2, atLeast: 3, withinMs: 600_000 },
        windows: [],
      },
    });
    expect(autoscale).toEqual({
      enabled: true,
      utilization: 0.75,
      maxLagMs: 30_000,
      catchUpMs: 300_000,
      parallelism: { min: 1, max: 128 },
      taskManagers: { min: 1, max: 32 },
      vertices: [],
      scaleDown: { afterMs: 900_000, maxShare: 0.5 },
    });
  });

  it('takes the namespaced policy before the cluster one, then the higher priority', () => {
    const cluster = policy('ClusterFlinkPolicy', 'base', { priority: 100, mode: 'Act' });
    const low = policy('FlinkPolicy', 'low', {});
    const high = policy('FlinkPolicy', 'high', { priority: 1, mode: 'Act' });
    expect(inForce([cluster]).name).toBe('ClusterFlinkPolicy base');
    expect(inForce([cluster, low]).name).toBe('FlinkPolicy payments/low');
    expect(inForce([cluster, low, high])).toMatchObject({ name: 'FlinkPolicy payments/high', mode: 'Act' });
  });

  it('lets nobody govern on a tie', () => {
    const a = policy('FlinkPolicy', 'a', { mode: 'Act' });
    const b = policy('FlinkPolicy', 'b', { mode: 'Act' });
    expect(inForce([a, b, policy('ClusterFlinkPolicy', 'base', { mode: 'Act' })])).toMatchObject({
      name: 'none',
      mode: 'Observe',
      conflict: ['FlinkPolicy payments/a', 'FlinkPolicy payments/b'],
    });
  });

  it.each([
    ['another namespace', policy('FlinkPolicy', 'p', {}, 'default'), false],
    ['a label that fits', policy('FlinkPolicy', 'p', { selector: { matchLabels: { team: 'balance' } } }), true],
    ['a label that differs', policy('FlinkPolicy', 'p', { selector: { matchLabels: { team: 'x' } } }), false],
    ['a platform that differs', policy('FlinkPolicy', 'p', { selector: { platforms: ['standalone'] } }), false],
    [
      'an expression that fits',
      policy('FlinkPolicy', 'p', {
        selector: { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['x'] }] },
      }),
      true,
    ],
    [
      'an expression that does not fit',
      policy('FlinkPolicy', 'p', { selector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }),
      false,
    ],
    [
      'a namespace by its name',
      policy('ClusterFlinkPolicy', 'p', {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'payments' } },
      }),
      true,
    ],
    [
      'another namespace by its name',
      policy('ClusterFlinkPolicy', 'p', {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } },
      }),
      false,
    ],
  ])('selects by %s', (_, selecting, governed) => {
    expect(inForce([selecting]).name !== 'none').toBe(governed);
  });

  it('treats the safety of a cluster policy as a ceiling', () => {
    const cluster = policy('ClusterFlinkPolicy', 'base', {
      safety: {
        cooldown: '10m',
        budget: { job: { actions: 2 }, fleet: { concurrent: 2 } },
        massFailure: { atLeast: 2 },
      },
    });
    const own = policy('FlinkPolicy', 'own', {
      mode: 'Act',
      safety: {
        cooldown: '1m',
        budget: { job: { actions: 9, per: '2h' }, fleet: { concurrent: '50%' } },
        massFailure: { share: 0.1, within: '20m' },
      },
    });
    expect(inForce([cluster, own], 100).safety).toEqual({
      cooldownMs: 600_000,
      budget: { job: { actions: 2, perMs: 7_200_000 }, fleet: { concurrent: { count: 2 } } },
      massFailure: { share: 0.1, atLeast: 2, withinMs: 1_200_000 },
      windows: [],
    });
  });

  it('never goes above the limits of the configuration, and inherits them', () => {
    const concurrent = (spec: object, base: Amount): unknown =>
      effectivePolicy(
        job,
        { policies: [policy('FlinkPolicy', 'p', spec)], limits: { ...limits, concurrent: base }, size: 25 },
        NOW,
      ).safety.budget.fleet.concurrent;
    expect(concurrent({}, { share: 0.5 })).toEqual({ count: 13 });
    expect(concurrent({ safety: { budget: { fleet: { concurrent: 20 } } } }, { share: 0.1 })).toEqual({ count: 3 });
  });

  it('keeps an action inside the allowed windows of both policies', () => {
    const at = (type: string, schedule: string) => ({
      safety: { windows: [{ type, actions: ['Rescale'], schedule, duration: '2h' }] },
    });
    const own = policy('FlinkPolicy', 'own', at('Allow', '0 11 * * *'));
    const open = policy('ClusterFlinkPolicy', 'open', at('Allow', '0 12 * * *'));
    const closed = policy('ClusterFlinkPolicy', 'closed', at('Allow', '0 20 * * *'));
    const ownWindow = {
      type: 'Allow',
      actions: ['Rescale'],
      state: { openUntil: Date.parse('2026-06-01T13:00:00Z') },
    };
    expect(inForce([own, open]).safety.windows).toEqual([ownWindow]);
    expect(inForce([own, closed]).safety.windows).toEqual([
      ownWindow,
      { type: 'Freeze', actions: ['Rescale'], state: { openUntil: Date.parse('2026-06-01T20:00:00Z') } },
    ]);
  });

  it('matches vertices by RE2 patterns, anchored', () => {
    const [vertex] = inForce([
      policy('FlinkPolicy', 'p', { autoscale: { vertices: [{ match: 'Source: .*', max: 16 }] } }),
    ]).autoscale.vertices;
    expect(vertex?.bounds).toEqual({ max: 16 });
    expect(['Source: a', 'My Source: a', 'Source'].map((name) => vertex?.matches(name))).toEqual([true, false, false]);
  });
});
