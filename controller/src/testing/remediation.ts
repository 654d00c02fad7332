import type { ObservedJob } from '../core/model/observed-job.ts';
import type { JournalStep, Remediation, RemediationSpec, RemediationStatus } from '../core/model/remediation.ts';
import { KEY, NOW, RUN } from './snapshot.ts';

/** A planned restart of the job of `snapshot.ts`, to be varied. */
export function remediation(
  over: { n?: number; createdAt?: number; spec?: Partial<RemediationSpec>; status?: Partial<RemediationStatus> } = {},
): Remediation {
  const createdAt = over.createdAt ?? NOW;
  const spec: RemediationSpec = {
    job: KEY,
    policy: 'FlinkPolicy local/test',
    controller: 'drey-1',
    incident: { cause: 'RestartsExhausted', since: createdAt - 1000 },
    rung: 0,
    action: 'RestartFromCheckpoint',
    params: { maxRewindMs: 600_000 },
    plan: [{ step: 'prove-ended', key: RUN }],
    evidence: ['FAILED'],
    verify: [{ input: 'jobState', expect: 'Running', by: createdAt + 300_000 }],
    notAfter: createdAt + 600_000,
    ...over.spec,
  };
  const status: RemediationStatus = {
    journalVersion: 1,
    phase: 'Planned',
    outcome: null,
    reason: null,
    fence: 0,
    steps: spec.plan.map((step): JournalStep => {
      return { ...step, state: 'Planned', plannedAt: createdAt, sentAt: null, doneAt: null, detail: null };
    }),
    startedAt: null,
    endedAt: null,
    verification: null,
    ...over.status,
  };
  return { name: `job-topup-${over.n ?? 1}`, namespace: 'local', createdAt, spec, status };
}

/** What is remembered of the job of `snapshot.ts`. */
export function observedJob(over: Partial<ObservedJob> = {}): ObservedJob {
  return {
    name: 'job-topup',
    namespace: 'local',
    key: KEY,
    controller: 'drey-1',
    remediations: 0,
    newestRestorePoint: null,
    unusablePoints: [],
    capacities: [],
    ruleCounts: {},
    updatedAt: NOW,
    page: null,
    lastDecision: null,
    ...over,
  };
}
