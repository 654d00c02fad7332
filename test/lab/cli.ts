import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { downCommand } from './commands/down.ts';
import { exitCodes, provisionCommand } from './commands/provision.ts';
import { proxyCommand } from './commands/proxy.ts';
import { aliveProcesses, describeStatus, labStatus } from './commands/status.ts';
import { upCommand } from './commands/up.ts';
import { cacheFolder } from './root.ts';
import { type FlinkLine, versions } from './versions.ts';

const usage = `lab provision [--only flink,prometheus,…]       fill the cache with what the tests need
lab up [--flink 1.20|2.3] [--loki]              start Flink, the example job and Prometheus behind the fault proxy;
                                                Loki behind another one, and Promtail on Flink's logs
lab down                                        end them
lab status [--json]                             tell what runs
lab proxy --target URL [--port N]               the fault proxy alone; PUT {"mode": "stale"} to /-/fault

--dir FOLDER   the lab's folder (default: lab in the cache folder, DREY_LAB_CACHE or ~/.cache/drey-lab)
`;

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort(signal));

const { values, positionals } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    dir: { type: 'string' },
    target: { type: 'string' },
    port: { type: 'string' },
    flink: { type: 'string', default: '2.3' },
    loki: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

async function main(): Promise<number> {
  const folder = labFolder();
  switch (values.help ? 'help' : positionals.join(' ')) {
    case 'help':
      process.stdout.write(usage);
      return exitCodes.done;
    case 'provision':
      return provisionCommand(values.only, abort.signal);
    case 'up':
      if (!isFlinkLine(values.flink)) break;
      return upCommand(folder, { flink: values.flink, loki: values.loki }, abort.signal);
    case 'down':
      return downCommand(folder);
    case 'status':
      return status(folder);
    case 'proxy':
      if (values.target !== undefined) return proxyCommand(values.target, values.port, abort.signal);
  }
  process.stderr.write(usage);
  return exitCodes.wrongUse;
}

function isFlinkLine(text: string): text is FlinkLine {
  return Object.hasOwn(versions.flink, text);
}

/** As its processes know it: without symbolic links. */
function labFolder(): string {
  const folder = resolve(values.dir ?? join(cacheFolder(), 'lab'));
  return existsSync(folder) ? realpathSync(folder) : folder;
}

async function status(folder: string): Promise<number> {
  const found = await labStatus(folder);
  const text = values.json
    ? `${JSON.stringify(found, null, 2)}\n`
    : describeStatus(folder, found, await aliveProcesses(folder));
  process.stdout.write(text);
  return exitCodes.done;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(exitCodes.failed);
  },
);
