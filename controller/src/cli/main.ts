import { systemClock } from '../io/clock.ts';
import { exitCodeOf, formatError } from '../resources/errors.ts';
import { runProgram } from './program.ts';
import { processTerminal } from './terminal.ts';

// The one place that touches the process: signals, streams, exit code.
const terminal = processTerminal();

/** npm and npx hand on a Ctrl-C that the terminal has sent to everybody already: two so close are one, ms. */
const SAME_PRESS_MS = 300;

/** The first signal asks to stop, the second one ends at once. */
function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.on(signal, () => {
      const again = controller.signal.aborted;
      if (again && systemClock.now() - first > SAME_PRESS_MS) process.exit(code);
      if (again) return;
      first = systemClock.now();
      controller.abort(signal);
    });
  }
  return controller.signal;
}

// `drey jobs | head` closes the pipe early: nobody reads on, so there is nothing left to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 3);
});

try {
  process.exitCode = await runProgram(process.argv.slice(2), { terminal, clock: systemClock, stop: stopOnSignals });
} catch (error) {
  terminal.err(`${formatError(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
