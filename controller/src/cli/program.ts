import { Command, CommanderError } from 'commander';
import type { Clock } from '../io/clock.ts';
import { DreyError } from '../resources/errors.ts';
import type { Client } from './client.ts';
import type { DemoFlags } from './demo/demo.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** What the commands share. */
export interface ProgramOptions {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** For commands that go on until they are told to stop: aborted by the first signal. */
  readonly stop: () => AbortSignal;
}

/** Parses and carries out a command line. Returns the exit code; throws `DreyError`. */
export async function runProgram(args: readonly string[], options: ProgramOptions): Promise<number> {
  let exitCode = 0;
  const program = createProgram(options, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version come as errors too. Help without having been asked for is wrong use, and has said so itself.
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    throw new DreyError('DREY-USAGE', error.message.replace(/^error: /, ''), { cause: error });
  }
}

/** All commands, each loaded when it is called: `lint` needs no server. Their help is docs/reference/cli.md. */
export function createProgram({ terminal, clock, stop }: ProgramOptions, exit: (code: number) => void): Command {
  const program = new Command('drey')
    .description('Watches, explains, scales and heals Apache Flink jobs.')
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: () => undefined,
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', EXIT_CODES);
  const client = async (flags: ServerFlags): Promise<Client> => {
    const { createClient } = await import('./client.ts');
    const server = flags.server ?? (terminal.environment['DREY_SERVER'] || undefined);
    return createClient({ server, token: terminal.environment['DREY_TOKEN'], clock });
  };

  program
    .command('run')
    .description('watch the fleet of a configuration until told to stop')
    .option('--config <file>', 'configuration, a DreyConfig', 'drey.yaml')
    .addHelpText('after', RUN_HELP)
    .action(async ({ config }: { config: string }) => {
      const { runCommand } = await import('./commands/run.ts');
      exit(await runCommand({ config, terminal, clock, signal: stop() }));
    });

  program
    .command('demo')
    .description('show Drey at work on simulated jobs; needs nothing and leaves nothing behind')
    .option('--speed <factor>', 'virtual seconds a second, 0.1 to 1000', '60')
    .option('--seconds <number>', 'end by itself after so many real seconds')
    .option('--plain', 'one line an event instead of a live view; also where there is no terminal')
    .option('--seed <number>', 'the same seed gives the same load and the same faults', '1')
    .addHelpText('after', DEMO_HELP)
    .action(async (flags: DemoFlags) => {
      const { demoCommand } = await import('./demo/demo.ts');
      const { processHost } = await import('./demo/host.ts');
      exit(await demoCommand({ flags, terminal, host: processHost(terminal.environment), clock, signal: stop() }));
    });

  asking(program.command('jobs').description('list the watched jobs'))
    .addHelpText('after', JOBS_HELP)
    .action(async (flags: ServerFlags) => {
      const { jobsCommand } = await import('./commands/jobs.ts');
      exit(await jobsCommand(await client(flags), terminal, flags.json === true));
    });

  asking(program.command('explain').description('tell what is seen of a job, what follows, and why'))
    .argument('[job]', 'key of the job, or any unique tail of it')
    .option('--rules', 'print the built-in rules instead, in the form of a policy; asks no server')
    .option('--policy <file>', 'with --rules: those in force under this policy')
    .addHelpText('after', EXPLAIN_HELP)
    .action(async (job: string | undefined, flags: ServerFlags & { rules?: true; policy?: string }) => {
      const { explainCommand, rulesCommand } = await import('./commands/explain.ts');
      const json = flags.json === true;
      if (flags.rules === true && job === undefined) {
        return exit(await rulesCommand(terminal, json, flags.policy ?? null));
      }
      if (job === undefined || flags.rules === true || flags.policy !== undefined) {
        throw new DreyError('DREY-USAGE', 'explain needs a job, or --rules, which --policy goes with');
      }
      exit(await explainCommand(await client(flags), job, terminal, json));
    });

  program
    .command('lint')
    .description('check configurations and policies without starting anything')
    .argument('<file...>', 'YAML or JSON, several documents a file; - is standard input')
    .option('--json', 'write JSON to standard output')
    .addHelpText('after', LINT_HELP)
    .action(async (files: string[], flags: { json?: true }) => {
      const { lintCommand } = await import('./commands/lint.ts');
      exit(await lintCommand(files, terminal, flags.json === true));
    });
  return program;
}

interface ServerFlags {
  readonly server?: string;
  readonly json?: true;
}

/** Options of the commands that ask a running Drey. */
function asking(command: Command): Command {
  return command
    .option('--server <url>', 'a running Drey (default: DREY_SERVER, else http://127.0.0.1:8480)')
    .option('--json', 'write JSON to standard output');
}

const EXIT_CODES = `
Exit codes: 0 fine, 1 lint found something, 2 wrong use or a bad file, 3 cannot reach what it needs.`;

const RUN_HELP = `
Every key of the configuration can be set by an environment variable too: tick by DREY_TICK,
sources.prometheus.url by DREY_SOURCES_PROMETHEUS_URL; lists and maps in YAML's flow form.
SIGINT and SIGTERM stop Drey and leave the jobs running; a second one ends it at once.

Examples:
  $ drey run --config drey.yaml
  $ DREY_TICK=5s drey run`;

const DEMO_HELP = `
Four jobs live in a time-lapse, with daily load, steps and faults; Drey itself is the real one, with its journal
in a temporary folder and its API on a free port of 127.0.0.1, which the view shows. Ctrl-C or q ends it.

Examples:
  $ drey demo
  $ drey demo --plain --seconds 60 --speed 120`;

const JOBS_HELP = `
The token of a Drey that asks for one comes from DREY_TOKEN.

Examples:
  $ drey jobs
  $ drey jobs --json --server http://127.0.0.1:8480`;

const EXPLAIN_HELP = `
Examples:
  $ drey explain topup
  $ drey explain process/local/Job/topup --json
  $ drey explain --rules
  $ drey explain --rules --policy examples/policies/topup.yaml`;

const LINT_HELP = `
A finding is FILE:LINE:COLUMN: PATH: what was expected, what was found. Exit code 1 when there is any.

Examples:
  $ drey lint drey.yaml policies/*.yaml
  $ cat policy.yaml | drey lint -`;
