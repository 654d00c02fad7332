import type { Clock } from '../../io/clock.ts';
import { DreyError } from '../../resources/errors.ts';
import { loadSetup } from '../load/setup.ts';
import { renderFindings } from '../render/findings.ts';
import type { Terminal } from '../terminal.ts';

/** What `drey run` is called with. */
export interface RunOptions {
  readonly config: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** `drey run`: checks everything, then listens, then starts the loop. Throws `DreyError`. */
export async function runCommand({ config: file, terminal, clock, signal }: RunOptions): Promise<number> {
  const loaded = await loadSetup(file, terminal.environment, clock);
  if (!loaded.ok) {
    terminal.err(renderFindings(loaded.findings));
    const count = loaded.findings.length;
    throw new DreyError(
      'DREY-INVALID',
      `${file}: ${count} ${count === 1 ? 'finding' : 'findings'}, nothing was started`,
    );
  }
  const { serve } = await import('../serve.ts');
  await serve(loaded.setup, { clock, signal, environment: terminal.environment });
  return 0;
}
