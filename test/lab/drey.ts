import { join } from 'node:path';
import { endProcesses } from './processes/end.ts';
import { untilReady } from './processes/ready.ts';
import { startProcess } from './processes/start.ts';
import type { LabProcess, ProcessTable } from './processes/table.ts';
import type { FlinkCluster } from './flink.ts';
import { checkoutRoot } from './root.ts';

/** A Drey of the lab: the bundle, run as people run it. */
export interface DreyProcess {
  readonly process: LabProcess;
  /** Base URL of the API. */
  readonly api: string;
  /** Base URL of `/metrics`, `/livez`, `/readyz`. */
  readonly telemetry: string;
  stop(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
}

/** Starts `drey run` on a cluster's configuration and waits until it is ready. */
export async function startDrey(cluster: FlinkCluster, table: ProcessTable): Promise<DreyProcess> {
  const { config, listen, telemetry } = cluster.drey;
  const one = await startProcess(table, {
    name: `${cluster.name}-drey`,
    command: process.execPath,
    args: [join(checkoutRoot(), 'controller/bin/drey.js'), 'run', '--config', config],
    port: listen,
  });
  const telemetryUrl = `http://127.0.0.1:${telemetry}`;
  await untilReady(one, `${telemetryUrl}/readyz`, 60_000);
  return {
    process: one,
    api: `http://127.0.0.1:${listen}`,
    telemetry: telemetryUrl,
    stop: () => endProcesses([one]),
    async kill() {
      process.kill(one.pid, 'SIGKILL');
      await endProcesses([one]);
    },
  };
}
