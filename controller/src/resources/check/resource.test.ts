import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../duration.ts';
import { checkResource } from './resource.ts';

const policy = (spec: unknown): unknown => ({
  apiVersion: 'drey.dev/v1alpha1',
  kind: 'FlinkPolicy',
  metadata: { name: 'p' },
  spec,
});

function issuesOf(document: unknown): string[] {
  const checked = checkResource(document);
  return checked.ok ? [] : checked.issues.map((it) => `${it.path.join('.')}: ${it.expected} / ${it.found}`);
}

describe('checkResource', () => {
  it('gives an empty spec all defaults of the reference', () => {
    const checked = checkResource(policy({}));
    expect(checked.ok && checked.value).toMatchObject({
      metadata: { name: 'p', namespace: 'default' },
      spec: { mode: 'Observe', priority: 0, autoscale: { maxLag: 30_000 }, heal: { restore: { maxRewind: 600_000 } } },
    });
  });

  it.each([
    [{ autoscale: { vertices: [{ match: 'x' }] } }, 'spec.autoscale.vertices.0: min, max or both / a mapping'],
    [
      { selector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] } },
      'spec.selector.matchExpressions.0.values: values with In and NotIn, none with Exists and DoesNotExist / a list',
    ],
    [
      { safety: { budget: { fleet: { concurrent: '0%' } } } },
      'spec.safety.budget.fleet.concurrent: a count such as 3, or a percent from "1%" to "100%" / "0%"',
    ],
    [
      { safety: { windows: [{ type: 'Freeze', schedule: '0 0 30 2 *', duration: '1h' }] } },
      'spec.safety.windows.0.schedule: a cron expression that comes true, such as "0 2 * * *" / "0 0 30 2 *"',
    ],
    [
      { heal: { restore: { allowEmpty: true } } },
      'spec.heal.restore.allowEmpty: false / true, which is not supported by this version',
    ],
    [
      { heal: { rules: [{ name: 'a', when: { promql: 'x', symptom: 'JobFailed' }, ladder: [{ action: 'Page' }] }] } },
      'spec.heal.rules.0.when: exactly one of promql, logql, alert, symptom / a mapping',
    ],
  ])('%j', (spec, issue) => {
    expect(issuesOf(policy(spec))).toEqual([issue]);
  });

  it('takes nothing but what it knows, whatever it is given', () => {
    const unexplained = (document: unknown): boolean => {
      const checked = checkResource(document);
      return !checked.ok && checked.issues.length === 0;
    };
    const property = fc.property(fc.jsonValue(), (value) => !unexplained(value) && !unexplained(policy(value)));
    expect(fc.check(property)).toMatchObject({ failed: false });
  });
});

describe('durations', () => {
  it('are read and written alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 * 3_600_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it.each(['', '5', 's', '1.5h', '-1s', '1d', '1h 2m', '123456s', '1h1h1h1h1h'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeNaN();
  });
});
