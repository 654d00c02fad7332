import type { Phase, Remediation } from '../core/model/remediation.ts';
import { isClosed } from '../core/model/remediation.ts';
import type { Log } from '../io/log.ts';
import type { Metrics } from '../report/metrics.ts';

/** Tells of each remediation's phases, once each, though its journal is written more often. */
export function remediationReport(log: Log, metrics: Metrics): (remediation: Remediation) => void {
  const phases = new Map<string, Phase>();
  return (remediation) => {
    const { name, namespace, spec, status } = remediation;
    const key = `${namespace}/${name}`;
    if (phases.get(key) === status.phase) return;
    phases.set(key, status.phase);
    const { job, action } = spec;
    log.info('remediation', { name, job, action, phase: status.phase, outcome: status.outcome });
    if (!isClosed(remediation)) return;
    phases.delete(key);
    metrics.inc('drey_actions_total', { action, outcome: status.phase });
  };
}
