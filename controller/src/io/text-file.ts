import { open } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { codeOf } from './errors.ts';

/** Reads a text file, `-` being standard input. Throws Node's error, or one with code `EFBIG` above `maxBytes`. */
export async function readTextFile(path: string, maxBytes = 1024 * 1024): Promise<string> {
  if (path === '-') return readAll(process.stdin);
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    if (stat.size > maxBytes) throw Object.assign(new Error(`is larger than ${maxBytes} bytes`), { code: 'EFBIG' });
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'no such file',
  ENOTREG: 'is no regular file',
  ETIMEDOUT: 'does not answer',
  EFBIG: 'larger than 1 MiB',
};

/** Why a file can't be read, in words. */
export function fileProblem(error: unknown): string {
  const code = codeOf(error) ?? 'unknown error';
  return PROBLEMS[code] ?? code;
}
