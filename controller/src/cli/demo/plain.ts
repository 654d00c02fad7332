import type { Clock } from '../../io/clock.ts';
import type { Terminal } from '../terminal.ts';
import { plainLine } from './plain-line.ts';
import type { DemoSession } from './session.ts';

/** Where lines go and until when. */
export interface PlainOptions {
  readonly session: DemoSession;
  readonly terminal: Terminal;
  /** Real time. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Real time between two looks, ms. */
const LOOK_MS = 50;

/** Writes a line an event until the signal is aborted. */
export async function tellPlainly({ session, terminal, clock, signal }: PlainOptions): Promise<void> {
  terminal.out(heading(session));
  while (!signal.aborted && !session.broken.aborted) {
    session.look();
    for (const event of session.chronicle.take()) terminal.out(`${plainLine(event)}\n`);
    await clock.sleep(LOOK_MS, signal);
  }
}

function heading({ fleet, clock, server }: DemoSession): string {
  const names = fleet.view().jobs.map((job) => job.name);
  return [
    `# Drey demo: simulated Flink jobs ${names.join(', ')}, looked after by a real Drey, ${clock.speed} times as fast as life.`,
    '# A line: time, job, event, cause, action, reason, what was seen. Ctrl-C ends it.',
    `# From another terminal: npx drey explain ${names[0] ?? 'JOB'} --server ${server}`,
    '',
  ].join('\n');
}
