import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses } from './processes/end.ts';
import { freePort } from './processes/port.ts';
import { untilReady } from './processes/ready.ts';
import { startProcess } from './processes/start.ts';
import type { LabProcess, ProcessTable } from './processes/table.ts';
import { versions } from './versions.ts';

/** The lab's real Prometheus, without the proxy. */
export interface Prometheus {
  /** Base URL of the server itself. */
  readonly url: string;
  readonly process: LabProcess;
  /** Scrapes what the `prometheus*.json` files of another folder name, too. */
  watch(targetsDir: string): Promise<void>;
  /** Ends the process; port and data stay. */
  stop(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
}

/** What to start it with. */
export interface PrometheusOptions {
  readonly cache: string;
  readonly table: ProcessTable;
  /** Folders of target files; they may be made later. */
  readonly targets: readonly string[];
}

const name = 'prometheus';

/** Starts Prometheus with scrapes and evaluations each 5 s and waits until it answers. */
export async function startPrometheus({ cache, table, targets }: PrometheusOptions): Promise<Prometheus> {
  const folder = join(table.folder, name);
  await mkdir(folder, { recursive: true });
  const configFile = join(folder, 'prometheus.json');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const watched = [...targets];
  const launch = async (): Promise<LabProcess> => {
    await writeFile(configFile, configuration(watched));
    const one = await startProcess(table, {
      name,
      command: join(cache, `prometheus-${versions.prometheus.version}`, 'prometheus'),
      args: [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        '--storage.tsdb.retention.time=2d',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      port,
    });
    await untilReady(one, `${url}/-/ready`);
    return one;
  };
  let running = await launch();
  return {
    url,
    get process() {
      return running;
    },
    async watch(targetsDir) {
      watched.push(targetsDir);
      await writeFile(configFile, configuration(watched));
      process.kill(running.pid, 'SIGHUP');
    },
    stop: () => endProcesses([running]),
    async start() {
      running = await launch();
    },
  };
}

/** The configuration file: JSON is YAML. */
function configuration(targets: readonly string[]): string {
  const files = targets.map((folder) => join(folder, 'prometheus*.json'));
  const config = {
    global: { scrape_interval: '5s', scrape_timeout: '4s', evaluation_interval: '5s' },
    scrape_configs: [
      { job_name: 'flink', ...(files.length > 0 && { file_sd_configs: [{ files, refresh_interval: '5s' }] }) },
    ],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
