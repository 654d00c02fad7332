import { stripVTControlCharacters, styleText } from 'node:util';
import type { Environment } from './load/environment.ts';

/** Looks that the output uses; none of them carries meaning alone. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What a command sees of the world around it. */
export interface Terminal {
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** Standard error: everything else. */
  readonly err: (text: string) => void;
  /** The text as it is where colours are not wanted. */
  readonly paint: (style: Style, text: string) => string;
  readonly environment: Environment;
}

/** The real one. Colours as the terminal has them and NO_COLOR and FORCE_COLOR say. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0';
  const wanted = env['NO_COLOR'] === undefined || env['NO_COLOR'] === '';
  const colours = wanted && (forced || (stdout.isTTY && stdout.hasColors()));
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text,
    environment: env,
  };
}

/**
 * One line without control characters: text from jobs may try to command the terminal.
 * `max` is in characters; what is cut ends in `…`.
 */
export function plain(text: string, max = 400): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
