import { DreyError } from '../../resources/errors.ts';
import { type LoadedPolicy, loadPolicy } from '../../resources/policy/loaded.ts';
import { inOrder } from '../../resources/check/finding.ts';
import { renderFindings } from '../render/findings.ts';
import { loadDocuments } from '../load/load.ts';

/** For each job. */
export const ACTIONS_PER_HOUR = 6;

/** What the demo's Drey may do: read as any policy file is. */
const POLICIES = `
# For all jobs: act, with the usual limits.
apiVersion: drey.dev/v1alpha1
kind: FlinkPolicy
metadata: {name: fleet, namespace: default}
spec:
  mode: Act
  autoscale: {maxLag: 30s, catchUp: 5m}
  heal:
    restore: {maxRewind: 10m}
    rules:
      # A TaskManager that lives and does nothing: no process ended, so only the metrics tell.
      - name: task-manager-stuck
        when:
          promql: min by (namespace, job_name) (rate(flink_taskmanager_job_task_numRecordsIn[1m])) == 0
          for: 1m
        ladder: [{action: RestartTaskManager, within: 5m}, {action: RestartFromCheckpoint, within: 10m}, {action: Page}]
      - name: metaspace-exhausted
        when: {promql: flink_taskmanager_Status_JVM_Memory_Metaspace_Used / flink_taskmanager_Status_JVM_Memory_Metaspace_Max > 0.98}
        ladder: [{action: RestartTaskManager, within: 5m}, {action: Page}]
  safety: {cooldown: 5m, budget: {job: {actions: ${ACTIONS_PER_HOUR}, per: 1h}}}
---
# This one may be resized in the first half of every even hour only.
apiVersion: drey.dev/v1alpha1
kind: FlinkPolicy
metadata: {name: sim-activation, namespace: default}
spec:
  priority: 10
  selector: {matchLabels: {job: sim-activation}}
  mode: Act
  autoscale: {maxLag: 1m}
  safety:
    windows: [{type: Allow, actions: [Rescale], schedule: "0 */2 * * *", duration: 30m, timeZone: Etc/UTC}]
`;

/** Throws `DREY-INVALID` where a policy of the demo does not fit this version. */
export function demoPolicies(): readonly LoadedPolicy[] {
  const { resources, findings } = loadDocuments(POLICIES, 'the policies of the demo', ['FlinkPolicy']);
  if (findings.length > 0) throw new DreyError('DREY-INVALID', renderFindings(inOrder(findings)));
  return resources.flatMap(({ resource }) => (resource.kind === 'FlinkPolicy' ? [loadPolicy(resource)] : []));
}
