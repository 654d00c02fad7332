import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses } from './processes/end.ts';
import { freePort } from './processes/port.ts';
import { untilReady } from './processes/ready.ts';
import { startProcess } from './processes/start.ts';
import type { LabProcess, ProcessTable } from './processes/table.ts';
import { lokiPart } from './provision/loki.ts';

/** A log line for Loki. */
export interface PushedLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly line: string;
  /** Epoch ms; now when left out. */
  readonly at?: number;
}

/** The lab's real Loki, without the proxy. */
export interface Loki {
  /** Base URL of the server itself. */
  readonly directUrl: string;
  readonly process: LabProcess;
  /** Writes lines by the push API, past the proxy, in one request. Throws when Loki refuses one. */
  readonly push: (...lines: readonly PushedLine[]) => Promise<void>;
  /** Ends the process; port and data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
}

const name = 'loki';

/** Starts Loki as one process with its data in the lab's folder and waits until it takes lines and queries. */
export async function startLoki({ cache, table }: { cache: string; table: ProcessTable }): Promise<Loki> {
  const folder = join(table.folder, name);
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, 'loki.json');
  const port = await freePort();
  const directUrl = `http://127.0.0.1:${port}`;
  await writeFile(configFile, configuration(folder, { http: port, grpc: await freePort() }));
  const command = join(cache, (await lokiPart()).folder, name);
  const launch = async (): Promise<LabProcess> => {
    const args = [`-config.file=${configFile}`];
    const one = await startProcess(table, { name, command, args, port });
    await untilReady(one, `${directUrl}/ready`, 60_000);
    return one;
  };
  let running = await launch();
  return {
    directUrl,
    get process() {
      return running;
    },
    push: (...lines) => push(directUrl, lines),
    stop: () => endProcesses([running]),
    async start() {
      running = await launch();
    },
  };
}

async function push(url: string, lines: readonly PushedLine[]): Promise<void> {
  const streams = lines.map(({ labels, line, at = Date.now() }) => ({
    stream: labels,
    values: [[`${at}000000`, line]],
  }));
  const response = await fetch(`${url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`Loki answered a push with ${response.status}: ${await response.text()}`);
}

/** The configuration file: JSON is YAML. */
function configuration(folder: string, ports: { http: number; grpc: number }): string {
  const loopback = '127.0.0.1';
  const index = { prefix: 'index_', period: '24h' };
  const config = {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_address: loopback,
      http_listen_port: ports.http,
      grpc_listen_address: loopback,
      grpc_listen_port: ports.grpc,
      log_level: 'warn',
    },
    common: {
      // Without it the parts of this one process don't find each other, and every query hangs.
      instance_addr: loopback,
      path_prefix: folder,
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: {
        filesystem: { chunks_directory: join(folder, 'chunks'), rules_directory: join(folder, 'rules') },
      },
    },
    schema_config: {
      configs: [{ from: '2024-01-01', store: 'tsdb', object_store: 'filesystem', schema: 'v13', index }],
    },
    // There are no other ingesters to wait for.
    ingester: { lifecycler: { min_ready_duration: '0s', join_after: '0s', final_sleep: '0s' } },
    // Its parts look for each other each 10 s otherwise, and it is not ready before they have met.
    frontend: { scheduler_dns_lookup_period: '500ms' },
    frontend_worker: { dns_lookup_duration: '500ms' },
    // The limits of queries (500 series) are Loki's own. Tests write more, longer and older lines than it likes.
    limits_config: {
      max_global_streams_per_user: 50_000,
      max_line_size: '4MB',
      reject_old_samples: false,
      ingestion_rate_mb: 64,
      ingestion_burst_size_mb: 128,
      per_stream_rate_limit: '64MB',
      per_stream_rate_limit_burst: '128MB',
    },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
