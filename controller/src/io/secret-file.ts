import { stat } from 'node:fs/promises';
import { codeOf, SourceError } from './errors.ts';
import { readTextFile } from './text-file.ts';

/** No token, password or certificate chain comes near this, bytes. */
const MAX_BYTES = 256 * 1024;

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EFBIG: 'is too large',
};

/**
 * The file's text as it is now, without the line break at its end. It is read for every use: a renewed secret counts at
 * once, and one that is gone is never used again. Throws `SourceError` `credentials`, which names the setting alone: the
 * path may be the secret itself, written to the wrong place.
 */
export async function readSecretFile(path: string, setting: string): Promise<string> {
  let text: string;
  try {
    // To open a pipe would wait for its other end.
    if (!(await stat(path)).isFile()) throw unusable(setting, 'is no file');
    text = (await readTextFile(path, MAX_BYTES)).replace(/[\r\n]+$/, '');
  } catch (error) {
    if (error instanceof SourceError) throw error;
    const code = codeOf(error) ?? 'can not be read';
    throw unusable(setting, PROBLEMS[code] ?? code);
  }
  if (text.trim() === '') throw unusable(setting, 'is empty');
  return text;
}

/** The error of a file that can't be used; `problem` never quotes it. */
export function unusable(setting: string, problem: string): SourceError {
  return new SourceError('credentials', `${setting}: ${problem}`);
}
