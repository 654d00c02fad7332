import { expect, it } from 'vitest';
import { fresh, unusable } from '../core/model/input.ts';
import type { RuleSight } from '../core/diagnose/sight.ts';
import type { Decision } from '../core/model/decision.ts';
import type { Phase, Remediation } from '../core/model/remediation.ts';
import type { HoldReason } from '../core/model/reason.ts';
import { remediation } from '../testing/remediation.ts';
import { queryRule } from '../testing/rule.ts';
import { NOW, RUN, healthy } from '../testing/snapshot.ts';
import { pageAfter, pageOf } from './page.ts';

const ended = (phase: Phase, reason: HoldReason | null = null, endedAt = NOW - 60_000): Remediation =>
  remediation({ n: 2, status: { phase, reason, endedAt, outcome: 'said so' } });
const state = (name: 'CANCELED' | 'RUNNING', ageMs = 1000) =>
  healthy({ jobState: fresh({ state: name, flinkJobId: RUN, runningForMs: 0 }, 'prometheus', ageMs) });

const sent = { step: 'cancel-run', key: RUN, state: 'Done', plannedAt: 0, sentAt: 1, doneAt: 2, detail: null } as const;
const stopped: Remediation = { ...ended('Failed'), status: { ...ended('Failed').status, steps: [sent] } };

it('pages where an action that failed without a reason stopped the job', () => {
  expect(pageAfter([stopped], state('CANCELED'))).not.toBeNull();
});

it('pages while a job that an action left stopped is not running', () => {
  const detail = 'job-topup-2 ended Failed: said so';
  const page = { since: NOW - 60_000, cause: 'RestartsExhausted', detail };
  expect(pageAfter([ended('Failed', 'NoUsableCheckpoint')], state('CANCELED'))).toEqual(page);
  expect(pageAfter([ended('Superseded'), ended('Failed', 'OldRunAlive')], state('CANCELED'))).toEqual(page);
  expect(
    pageAfter([ended('Inconclusive')], healthy({ jobState: unusable('absent', 'prometheus', 'x') })),
  ).not.toBeNull();
  expect(pageAfter([ended('Failed', 'RewindTooFar')], state('RUNNING', 61_000))).toEqual(page);
});

it('pages nobody where the job runs again, the ladder goes on or nothing was wrong', () => {
  expect(pageAfter([ended('Failed', 'OldRunAlive')], state('RUNNING'))).toBeNull();
  expect(pageAfter([ended('Failed')], state('CANCELED'))).toBeNull();
  expect(pageAfter([stopped], state('RUNNING'))).toBeNull();
  expect(pageAfter([ended('Succeeded'), ended('Failed', 'OldRunAlive')], state('CANCELED'))).toBeNull();
  expect(pageAfter([], state('CANCELED'))).toBeNull();
});

it('ends a page when all is well but for a rule of another cause that has no answer', () => {
  const unknown = (cause: string): readonly RuleSight[] => {
    const seen = { symptom: null, detail: '', pods: [], lookBackMs: 0, count: null };
    return [{ rule: queryRule({ cause }), state: 'Unknown', ...seen }];
  };
  const page = { since: NOW - 60_000, cause: 'RestartLoop', detail: '' };
  const missing = (input: 'rule a' | 'vertices'): Decision => {
    const inputs = [{ input, freshness: 'nan', ageMs: null, detail: '' }] as const;
    const none = { cause: null, symptoms: [], action: null, retryAt: null, page: false, detail: '' };
    return { ...none, inputs, at: NOW, kind: 'Hold', reason: 'InputNotFresh' };
  };
  expect(pageOf(page, missing('rule a'), unknown('a'))).toBeNull();
  expect(pageOf(page, missing('rule a'), unknown('RestartLoop'))).toBe(page);
  expect(pageOf(page, missing('vertices'), unknown('a'))).toBe(page);
});
