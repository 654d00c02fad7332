import { parseArgs } from 'node:util';
import { exitCodes, provisionCommand } from './provision/command.ts';

const usage = `lab provision [--only flink,prometheus,topup]   fill the cache with what the tests need
lab up                                          start Flink, the example job and Prometheus
lab down                                        end them
lab status [--json]                             tell what runs
`;

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => abort.abort(signal));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return exitCodes.done;
  }
  switch (positionals.join(' ')) {
    case 'provision':
      return provisionCommand(values.only, abort.signal);
    default:
      process.stderr.write(usage);
      return exitCodes.wrongUse;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  },
);
