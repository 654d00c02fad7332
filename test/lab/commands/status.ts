import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../processes/identity.ts';
import { type LabProcess, readTable } from '../processes/table.ts';
import { type FlinkStatus, flinkStatus } from '../flink-status.ts';

/** What runs of a lab; null where a part was not started or has ended. */
export interface LabStatus {
  readonly flink: FlinkStatus | null;
  /** Base URL of the proxy in front of Prometheus. */
  readonly prometheus: string | null;
  /** Base URL of the proxy in front of Loki. */
  readonly loki: string | null;
  readonly alertmanager: string | null;
  readonly kubeconfig: string | null;
  /** Folder of the log files. */
  readonly logs: string | null;
}

/** Reads the lab's table and looks at the processes. */
export async function labStatus(folder: string): Promise<LabStatus> {
  const alive = await aliveProcesses(folder);
  const urlOf = (name: string): string | null => {
    const port = alive.find((one) => one.name === name)?.port;
    return port === undefined || port === null ? null : `http://127.0.0.1:${port}`;
  };
  const logs = join(folder, 'logs');
  return {
    flink: await flinkStatus(readTable(folder)),
    prometheus: urlOf('proxy'),
    loki: urlOf('loki-proxy'),
    alertmanager: urlOf('alertmanager'),
    kubeconfig: null,
    logs: existsSync(logs) ? logs : null,
  };
}

/** The recorded processes that still run. */
export async function aliveProcesses(folder: string): Promise<LabProcess[]> {
  const { processes } = readTable(folder);
  const alive = await Promise.all(processes.map((one) => isAlive(one)));
  return processes.filter((_, place) => alive[place] === true);
}

/** The status for people. */
export function describeStatus(folder: string, status: LabStatus, alive: readonly LabProcess[]): string {
  const lines = [
    `lab in ${folder}`,
    `  flink       ${status.flink === null ? '-' : `${status.flink.rest} (${status.flink.version})`}`,
    `  prometheus  ${status.prometheus ?? '-'}`,
    `  loki        ${status.loki ?? '-'}`,
    ...alive.map((one) => `  pid ${one.pid}  ${one.name}${one.port === null ? '' : `, port ${one.port}`}`),
  ];
  return `${lines.join('\n')}\n`;
}
