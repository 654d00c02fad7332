import { INPUTS, usable } from '../core/model/input.ts';
import type { Input, InputName } from '../core/model/input.ts';
import type { JobKey } from '../core/model/job-key.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Clock } from '../io/clock.ts';
import type { Remedy } from '../remedy/remedy.ts';
import type { TickHealth } from '../report/tick-health.ts';
import type { ApiModel, DecisionView, ExplainView, InputView, JobView, RemediationView } from '../report/api-model.ts';
import { describe } from './describe.ts';
import { isSick } from './job-state.ts';
import type { JobState } from './job-state.ts';
import type { PolicySource } from './policy-source.ts';

interface ModelDeps {
  readonly states: () => ReadonlyMap<JobKey, JobState>;
  readonly policies: Pick<PolicySource, 'status'>;
  readonly remedy: Remedy;
  readonly clock: Clock;
  readonly health: TickHealth;
}

/** How many closed remediations `explain` shows. */
const SHOWN = 5;

/** The loop as the API shows it. */
export function apiModel({ states, policies, remedy, clock, health }: ModelDeps): ApiModel {
  return {
    now: () => clock.now(),
    policies: () => policies.status,
    jobs: () => [...states().values()].map((state) => jobView(state, remedy)),
    explain: (key) => {
      const state = states().get(key);
      return state && explainView(state, remedy);
    },
    ready: () => health.ready(),
    live: () => health.live(),
  };
}

/** Null where nobody can tell. */
export function healthOf(state: JobState): boolean | null {
  const run = usable(state.snapshot.jobState);
  if (isSick(state.decision)) return false;
  return run ? run.state === 'RUNNING' : null;
}

function jobView(state: JobState, remedy: Remedy): JobView {
  const { snapshot, policy, decision, job } = state;
  const { platform, namespace, kind, name } = job.ref;
  const observed = remedy.memory(job.key);
  const open = remedy.openOf(job.key);
  const managers = usable(snapshot.taskManagers);
  const status = usable(snapshot.platform);
  const point = usable(snapshot.restorePoints)?.points[0] ?? observed?.newestRestorePoint ?? null;
  return {
    key: job.key,
    platform,
    namespace,
    kind,
    name,
    state: usable(snapshot.jobState)?.state ?? null,
    healthy: healthOf(state),
    lagMs: usable(snapshot.lag)?.lagMs ?? null,
    parallelism: (usable(snapshot.topology)?.vertices ?? []).map((one) => ({
      name: one.name,
      parallelism: one.parallelism,
    })),
    taskManagers:
      managers || status
        ? { wanted: status?.taskManagers.wanted ?? null, registered: managers?.registered ?? null }
        : null,
    restorePoint: point && {
      kind: point.kind,
      path: point.path,
      checkpointId: point.checkpointId,
      completedAt: point.completedAt,
      level: point.level,
    },
    mode: policy.mode,
    policy: policy.name,
    decision: decisionView(decision),
    page: observed?.page ?? null,
    remediation: open ? remediationView(open) : null,
  };
}

function decisionView(decision: JobState['decision']): DecisionView {
  return {
    kind: decision.kind,
    reason: decision.reason,
    cause: decision.cause,
    action: 'action' in decision ? decision.action : null,
    detail: decision.detail,
    at: decision.at,
    retryAt: decision.kind === 'Hold' ? decision.retryAt : null,
  };
}

function remediationView({ name, createdAt, spec, status }: Remediation): RemediationView {
  return {
    name,
    cause: spec.incident.cause,
    action: spec.action,
    params: spec.params,
    phase: status.phase,
    outcome: status.outcome,
    createdAt,
    endedAt: status.endedAt,
    steps: status.steps,
    verification: status.verification,
  };
}

function explainView(state: JobState, remedy: Remedy): ExplainView {
  const { snapshot, decision, policy } = state;
  return {
    job: jobView(state, remedy),
    at: snapshot.at,
    inputs: INPUTS.map((name) => inputView(name, snapshot)),
    symptoms: decision.symptoms,
    cause: decision.cause && {
      name: decision.cause,
      needs: decision.inputs.map((one) => one.input),
      at: decision.symptoms.at(-1)?.at ?? decision.at,
    },
    rules: state.sights
      .filter(({ rule, state: said }) => rule.when.kind === 'query' || said !== 'False')
      .map(({ rule, state: said, detail }) => ({ name: rule.name, state: said, detail })),
    conflict: policy.conflict,
    remediations: state.closed.slice(0, SHOWN).map(remediationView),
  };
}

function inputView(name: InputName, snapshot: Snapshot): InputView {
  const input: Input<unknown> = snapshot[name];
  const { freshness, ageMs, source } = input;
  return { input: name, freshness, ageMs, source, detail: describe(name, snapshot) };
}
