import type { Environment } from '../load/environment.ts';

/** Size of a terminal in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Ends what was begun. */
export type Undo = () => void;

/** What a live view needs of the process around it beyond a `Terminal`. */
export interface Host {
  /** A person sits before it: input and output are a terminal. */
  readonly interactive: boolean;
  /** It shows more than ASCII. */
  readonly unicode: boolean;
  size(): Size;
  onResize(then: () => void): Undo;
  /** Every key at once and unseen, as the terminal sends it. */
  onInput(then: (text: string) => void): Undo;
  /** As if Ctrl-C had been pressed in a terminal that makes a signal of it. */
  interrupt(): void;
  /** The terminal was closed. */
  onHangup(then: () => void): Undo;
  /** For an end that waits for nothing: `then` must not wait either. */
  onExit(then: () => void): Undo;
}

/** The real one. */
export function processHost(env: Environment): Host {
  const { stdin, stdout } = process;
  return {
    interactive: stdin.isTTY && stdout.isTTY && env['TERM'] !== 'dumb',
    unicode: speaksUnicode(env, process.platform),
    size: () => ({ columns: stdout.columns, rows: stdout.rows }),
    onResize(then) {
      stdout.on('resize', then);
      return () => stdout.off('resize', then);
    },
    onInput(then) {
      stdin.setRawMode(true);
      stdin.setEncoding('utf8');
      stdin.on('data', then);
      return () => {
        stdin.off('data', then);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    interrupt: () => void process.kill(process.pid, 'SIGINT'),
    onHangup(then) {
      process.on('SIGHUP', then);
      return () => process.off('SIGHUP', then);
    },
    onExit(then) {
      process.on('exit', then);
      return () => process.off('exit', then);
    },
  };
}

/** By the locale, as C programs do; Windows' own terminals always do. */
export function speaksUnicode(env: Environment, platform: string): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return platform === 'win32' || platform === 'darwin' || /utf-?8/i.test(locale);
}
