import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './processes/port.ts';
import { untilReady } from './processes/ready.ts';
import { startProcess } from './processes/start.ts';
import type { LabProcess, ProcessTable } from './processes/table.ts';
import { promtailPart } from './provision/loki.ts';

/** The lab's Promtail. */
export interface Promtail {
  readonly process: LabProcess;
  /** Ships the files that the `promtail*.json` files of another folder name, too. */
  watch(targetsDir: string): Promise<void>;
}

/** What to start it with. */
export interface PromtailOptions {
  readonly cache: string;
  readonly table: ProcessTable;
  /** Base URL of Loki itself: faults are for those who ask, not for those who write. */
  readonly loki: string;
  /** Folders of target files; they may be made later. */
  readonly targets: readonly string[];
}

const name = 'promtail';

/** Starts Promtail on Flink's log files; streams carry the labels of the target files. */
export async function startPromtail({ cache, table, loki, targets }: PromtailOptions): Promise<Promtail> {
  const folder = join(table.folder, name);
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, 'promtail.json');
  const port = await freePort();
  const watched = [...targets];
  const write = (): Promise<void> => writeFile(configFile, configuration({ folder, port, loki, watched }));
  await write();
  const command = join(cache, (await promtailPart()).folder, name);
  const one = await startProcess(table, { name, command, args: [`-config.file=${configFile}`], port });
  await untilReady(one, `http://127.0.0.1:${port}/ready`);
  return {
    process: one,
    async watch(targetsDir) {
      watched.push(targetsDir);
      await write();
      process.kill(one.pid, 'SIGHUP');
    },
  };
}

interface Setup {
  readonly folder: string;
  readonly port: number;
  readonly loki: string;
  readonly watched: readonly string[];
}

/** The configuration file: JSON is YAML. */
function configuration({ folder, port, loki, watched }: Setup): string {
  const files = watched.map((targets) => join(targets, 'promtail*.json'));
  const sd = [{ files, refresh_interval: '1s' }];
  const loopback = '127.0.0.1';
  const config = {
    server: {
      http_listen_address: loopback,
      http_listen_port: port,
      // It listens there in any case; nobody asks.
      grpc_listen_address: loopback,
      grpc_listen_port: 0,
      log_level: 'warn',
      // Ready also before the first target file is there.
      health_check_target: false,
    },
    positions: { filename: join(folder, 'positions.yaml'), sync_period: '1s' },
    clients: [
      {
        url: `${loki}/loki/api/v1/push`,
        batchwait: '200ms',
        // A stopped Loki loses no line.
        backoff_config: { min_period: '200ms', max_period: '2s', max_retries: 1000 },
      },
    ],
    target_config: { sync_period: '1s' },
    scrape_configs: files.length === 0 ? [] : [{ job_name: 'flink', pipeline_stages: stages, file_sd_configs: sd }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** `yyyy-MM-dd HH:mm:ss,SSS` begins an entry of Flink's log; what follows without it (a stack trace) belongs to it. */
const beginning = String.raw`\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3}`;

/**
 * An entry's instant is the one in its line, not that of its arrival: a line that is shipped late, or once more after
 * positions were lost, must not look newer than an action that was taken after it was written. The line names no time
 * zone: Flink writes in the machine's, and Promtail runs beside it, so `Local` is the same one. Where a line has no
 * readable time, the time of its arrival stands.
 */
const stages = [
  { multiline: { firstline: `^${beginning} `, max_wait_time: '500ms', max_lines: 1000 } },
  { regex: { expression: `^(?P<at>${beginning})` } },
  { timestamp: { source: 'at', format: '2006-01-02 15:04:05,000', location: 'Local', action_on_failure: 'skip' } },
];
