import { expect, it } from 'vitest';
import { jobKey } from '../../core/model/job-key.ts';
import { observedJobName, remediationName, remediationNumber } from './names.ts';

const named = (name: string, kind = 'Job'): string => {
  const ref = { platform: 'process', namespace: 'local', kind, name } as const;
  return observedJobName(ref, jobKey(ref));
};

it('is kind-name in lower case', () => {
  expect(named('topup')).toBe('job-topup');
  expect(named('a-1', 'FlinkSessionJob')).toBe('flinksessionjob-a-1');
});

it('carries a hash where the name was changed, so that two never meet', () => {
  expect(named('TopUp')).toMatch(/^job-topup-[0-9a-f]{6}$/);
  expect(named('top.up')).toMatch(/^job-top-up-[0-9a-f]{6}$/);
  expect(named('top_up')).not.toBe(named('top.up'));
});

it('is never longer than 63 characters nor ends in a dash', () => {
  expect(named('x'.repeat(59))).toBe(`job-${'x'.repeat(59)}`);
  const long = named('x'.repeat(60));
  expect(long).toMatch(/^job-x+-[0-9a-f]{6}$/);
  expect(long).toHaveLength(63);
  expect(named('x-')).toMatch(/^job-x--[0-9a-f]{6}$/);
});

it('numbers remediations', () => {
  expect(remediationName('job-topup', 12)).toBe('job-topup-12');
  expect(remediationNumber('job-topup', 'job-topup-12')).toBe(12);
  expect(remediationNumber('job-topup', 'job-topup-x-12')).toBeNull();
  expect(remediationNumber('job-topup', 'job-other-12')).toBeNull();
});
