import { rmSync } from 'node:fs';
import type { Clock } from '../../io/clock.ts';
import { DreyError } from '../../resources/errors.ts';
import type { Terminal } from '../terminal.ts';
import type { Host } from './host.ts';
import { watchLive } from './live.ts';
import { tellPlainly } from './plain.ts';
import { makeFolder, openDemo, removeFolder } from './session.ts';

/** Flags as they stand on the command line. */
export interface DemoFlags {
  readonly speed: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly plain?: true;
}

/** What `drey demo` is called with. */
export interface DemoCommand {
  readonly flags: DemoFlags;
  readonly terminal: Terminal;
  readonly host: Host;
  readonly clock: Clock;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** `drey demo`: a simulated fleet, the real Drey on it, and a view. Leaves nothing behind. Throws `DreyError`. */
export async function demoCommand({ flags, terminal, host, clock, signal }: DemoCommand): Promise<number> {
  const speed = numberOf('--speed', flags.speed, { from: 0.1, to: 1000 });
  const seed = numberOf('--seed', flags.seed, { from: 0, to: 0xffff_ffff, whole: true });
  const seconds = flags.seconds === undefined ? null : numberOf('--seconds', flags.seconds, { from: 1, to: 86_400 });
  const end = new AbortController();
  const undo = [host.onHangup(() => end.abort()), onAbort(signal, () => end.abort())];
  const folder = await makeFolder();
  // A second Ctrl-C ends the process at once.
  undo.push(host.onExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })));
  try {
    const session = await openDemo(folder, { speed, seed, clock });
    try {
      if (seconds !== null) void clock.sleep(seconds * 1000, end.signal).then(() => end.abort());
      const view = { session, terminal, clock, signal: end.signal };
      await (host.interactive && flags.plain !== true ? watchLive({ ...view, host }) : tellPlainly(view));
    } finally {
      end.abort();
      await session.close();
    }
  } finally {
    await removeFolder(folder);
    for (const one of undo) one();
  }
  return 0;
}

function onAbort(signal: AbortSignal, then: () => void): () => void {
  if (signal.aborted) then();
  signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly whole?: true;
}

function numberOf(flag: string, text: string, { from, to, whole }: Range): number {
  const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to && (whole !== true || Number.isInteger(value))) return value;
  throw new DreyError(
    'DREY-USAGE',
    `${flag} is a ${whole === true ? 'whole ' : ''}number from ${from} to ${to}, not ${JSON.stringify(text)}`,
  );
}
