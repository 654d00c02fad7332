import { hasEnded } from '../../core/model/snapshot.ts';
import { SourceError } from '../../io/errors.ts';
import type { RestJobDetails } from '../../sources/flink-rest/contract.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterState } from './cluster-state.ts';
import type { FlinkControl } from './flink-control.ts';

/** The run as Flink knows it; null when Flink answers and does not know it. Throws `SourceError` when it does not answer. */
export async function runIfKnown(rest: FlinkControl, id: string, signal: AbortSignal): Promise<RestJobDetails | null> {
  try {
    return await rest.job(id, signal);
  } catch (error) {
    if (error instanceof SourceError && error.kind === 'notFound') return null;
    throw error;
  }
}

/** Where to look for living runs. */
export interface RunProof {
  readonly cluster: Cluster;
  readonly state: ClusterState | null;
  readonly rest: FlinkControl;
  readonly signal: AbortSignal;
}

/**
 * Why an old run may still live; null when it is proven that none does. Flink's answer counts for the TaskManagers
 * that came after its JobManager: older ones belong to a JobManager that is gone, and may still run its tasks.
 * Throws `SourceError` when Flink does not answer.
 */
export async function livingRun({ cluster, state, rest, signal }: RunProof): Promise<string | null> {
  const processes = (await cluster.processes()).filter(({ main }) => main);
  const jobManagers = processes.filter(({ pod }) => pod === cluster.layout.jobManager);
  const [jobManager] = jobManagers;
  if (jobManager === undefined || jobManagers.length > 1) return `${jobManagers.length} JobManagers run`;
  if (jobManager.incarnation !== state?.incarnation) return 'the JobManager that runs is an old one';
  const older = processes.find(({ startTicks }) => startTicks < jobManager.startTicks);
  if (older !== undefined) return `${older.pod} outlived its JobManager`;
  const alive = (await rest.jobs(signal)).find((run) => !hasEnded(run.state));
  return alive === undefined ? null : `run ${alive.id} is ${alive.state}`;
}
