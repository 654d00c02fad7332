import type { Remediation } from '../../core/model/remediation.ts';
import { isClosed } from '../../core/model/remediation.ts';
import type { JobView } from '../../report/api-model.ts';
import type { FaultInfo, FleetEvent } from '../../simulate/contract.ts';
import { relative, shortDuration } from '../render/time.ts';
import type { DemoEvent, Tone } from './frame.ts';

const nothing = { cause: null, action: null, reason: null, detail: '' };

const FLEET_TONES: Readonly<Record<FleetEvent['kind'], Tone>> = {
  fault: 'fault',
  faultEnded: 'good',
  load: 'fault',
  jobState: 'info',
  rescaled: 'info',
  restored: 'minor',
  taskManager: 'minor',
  jobManager: 'minor',
};

/** What happened to the simulated jobs, whether anybody noticed or not. */
export function fleetEvent({ at, job, kind, detail }: FleetEvent, faults: readonly FaultInfo[]): DemoEvent {
  const base = { ...nothing, at, job: job ?? 'fleet', tone: FLEET_TONES[kind], event: kind };
  if (kind === 'faultEnded') return { ...base, headline: `Fault ${detail} is over` };
  if (kind !== 'fault') return { ...base, headline: detail };
  const summary = faults.find((it) => detail.split(' ')[0] === it.kind)?.summary ?? '';
  return { ...base, headline: `Fault ${detail}`, detail: summary };
}

/** An action was decided, or came to its end; null for the phases between. */
export function remediationEvent(remediation: Remediation, now: number, job: string): DemoEvent | null {
  const { spec, status, createdAt } = remediation;
  const { action, incident, evidence, params } = spec;
  const base = { at: now, job, cause: incident.cause, action };
  if (status.phase === 'Planned') {
    const headline = `${action}${sizeOf(params.parallelism)} for ${incident.cause}`;
    const detail = evidence.at(-1) ?? '';
    return { ...base, at: createdAt, tone: 'act', event: 'Act', reason: incident.cause, headline, detail };
  }
  if (!isClosed(remediation)) return null;
  const tone = status.phase === 'Succeeded' ? 'good' : 'bad';
  const { outcome, verification } = status;
  const headline = `${action} ${status.phase} after ${shortDuration(now - createdAt)}`;
  // Where the outcome is told at length, it ends with the verification.
  const detail = outcome?.includes(verification ?? '') === true ? outcome : (verification ?? '');
  return { ...base, tone, event: status.phase, reason: status.reason ?? incident.cause, headline, detail };
}

function sizeOf(parallelism: Readonly<Record<string, number>> | undefined): string {
  return parallelism === undefined ? '' : ` to ${Math.max(...Object.values(parallelism))}`;
}

/** What Drey says of a job now, as an event; null where it has nothing to tell. */
export function decisionEvent({ name, decision, page }: JobView, now: number): DemoEvent | null {
  if (page !== null) {
    const { cause, detail } = page;
    return {
      at: now,
      job: name,
      tone: 'bad',
      event: 'Page',
      cause,
      action: 'Page',
      reason: cause,
      headline: `Page ${cause}`,
      detail,
    };
  }
  if (decision === null || decision.kind === 'Nothing') return null;
  // What is done shows as a remediation.
  if (decision.kind === 'Act' || decision.reason === 'InFlight') return null;
  const { kind, reason, cause, action, at, retryAt } = decision;
  const about = [action, cause].filter((it) => it !== null).join(' for ');
  const headline = `${kind} ${reason}${about === '' ? '' : ` (${about})`}`;
  const tone = cause === null && reason === 'Stabilizing' ? 'minor' : 'hold';
  const next = retryAt === null || retryAt <= now ? '' : `; may act ${relative(retryAt, now)}`;
  return {
    at,
    job: name,
    tone,
    event: kind,
    cause,
    action,
    reason,
    headline,
    detail: `${decision.detail}${next}`,
  };
}

/** What makes two events of one job's decisions the same: not figures, times and words. */
export function decisionIdentity({ decision, page }: JobView): string {
  const { kind, reason, cause, action } = decision ?? {};
  return JSON.stringify(page === null ? [kind, reason, cause, action] : ['Page', page.cause]);
}
