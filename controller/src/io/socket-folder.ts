import { createHash } from 'node:crypto';
import { open, readlink, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from './errors.ts';

/** The path of a UNIX socket holds about 107 bytes on Linux, 103 elsewhere. */
const LONGEST = 100;

/** A folder under an address short enough for the sockets in it. */
export interface SocketFolder {
  address(name: string): string;
  close(): Promise<void>;
}

/** Opens a folder that exists, of any depth. Names in it must stay short. */
export async function openSocketFolder(folder: string): Promise<SocketFolder> {
  if (process.platform === 'linux') {
    const handle = await open(folder, 'r');
    return { address: (name) => `/proc/self/fd/${handle.fd}/${name}`, close: () => handle.close() };
  }
  const short = Buffer.byteLength(folder) + 40 < LONGEST ? folder : await shortcut(folder);
  return { address: (name) => join(short, name), close: () => Promise.resolve() };
}

/** One link a folder: made once, used by all that lock it. */
async function shortcut(folder: string): Promise<string> {
  const path = join(tmpdir(), `drey-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
  const target = await readlink(path).catch(() => null);
  if (target === folder) return path;
  if (target !== null) await rm(path);
  await symlink(folder, path).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  return path;
}
