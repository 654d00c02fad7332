import { readClusterState } from '../../controller/src/platforms/process/cluster-state.ts';
import { clusterProcesses } from '../../controller/src/platforms/process/processes.ts';
import { join } from 'node:path';
import type { LabCluster, ProcessTable } from './processes/table.ts';

/** What `lab status` says of Flink. */
export interface FlinkStatus {
  /** Base URL of the JobManager. */
  readonly rest: string;
  readonly version: string;
  readonly pids: readonly number[];
}

/** The first cluster of a lab as it is now, processes that Drey started meanwhile included; null when none runs. */
export async function flinkStatus(table: ProcessTable): Promise<FlinkStatus | null> {
  const [cluster] = table.clusters;
  if (cluster === undefined) return null;
  const state = await readClusterState(cluster.stateFile);
  const processes = await clusterProcesses(cluster.clusterId);
  if (state === null || processes.length === 0) return null;
  const rest = `http://127.0.0.1:${state.restPort}`;
  return { rest, version: cluster.flinkVersion, pids: processes.map((one) => one.pid).toSorted((a, b) => a - b) };
}

/** Writes the processes of all clusters, as they run now, into the lab's table. */
export async function recordFlinkProcesses(table: ProcessTable): Promise<void> {
  for (const cluster of table.clusters) await recordCluster(table, cluster);
}

async function recordCluster(table: ProcessTable, cluster: LabCluster): Promise<void> {
  const state = await readClusterState(cluster.stateFile);
  const logs = join(cluster.stateDir, 'process', cluster.name, 'log');
  for (const one of await clusterProcesses(cluster.clusterId)) {
    const isJobManager = one.pod === `${cluster.name}-jobmanager-0`;
    const port = isJobManager ? state?.restPort : state?.metricsPorts[one.pod];
    const log = join(logs, `${one.pod}.log`);
    table.add({ name: one.pod, pid: one.pid, startTime: one.startTicks, port: port ?? null, log });
  }
}
