import { hasEnded, type JobRun } from '../core/model/snapshot.ts';
import type { RestJob } from '../sources/flink-rest/contract.ts';

/**
 * The run that Flink means by a job's name: the newest that has not ended, else the newest. `Gone` where Flink knows
 * neither the run that was seen last nor any that has not ended: older ended runs are no evidence about it.
 */
export function runOf(jobs: readonly RestJob[], jobName: string, lastFlinkJobId: string | null): JobRun {
  const runs = jobs.filter((job) => job.name === jobName).sort((a, b) => b.startedAt - a.startedAt);
  const alive = runs.find((run) => !hasEnded(run.state));
  const lost = lastFlinkJobId !== null && !jobs.some((job) => job.id === lastFlinkJobId);
  const run = alive ?? (lost ? undefined : runs[0]);
  if (run === undefined) return { state: 'Gone', flinkJobId: lastFlinkJobId, runningForMs: null };
  return { state: run.state, flinkJobId: run.id, runningForMs: run.state === 'RUNNING' ? null : 0 };
}
