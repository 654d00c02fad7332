import { createProgram } from '../../../controller/src/cli/program.ts';

type Command = ReturnType<typeof createProgram>;

/** The help of every command, as it is printed. */
export function cliReference(): string {
  let printed = '';
  const program = createProgram(
    {
      terminal: { out: (text) => (printed += text), err: () => undefined, paint: (_, text) => text, environment: {} },
      clock: { now: () => 0, sleep: () => Promise.resolve() },
      stop: () => new AbortController().signal,
    },
    () => undefined,
  );
  const help = (command: Command): string => {
    printed = '';
    command.outputHelp();
    return `\`\`\`text\n${printed.trimEnd()}\n\`\`\`\n`;
  };
  return [
    '# Command line\n\nWhat `drey --help` and `drey COMMAND --help` print.\n',
    `## drey\n\n${help(program)}`,
    ...program.commands.map((command) => `## drey ${command.name()}\n\n${help(command)}`),
  ].join('\n');
}
