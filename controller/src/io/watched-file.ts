import { constants, type BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from './clock.ts';

/** A text and what told it apart from other versions of the file: device, inode, size, times. */
interface FileVersion {
  readonly id: string;
  readonly text: string;
}

/** What a file may hold, bytes. */
const MAX_BYTES = 1024 * 1024;
/** How long a folder on the network may take, ms. */
const DEADLINE_MS = 2000;

/** A text file that is read again only when it changed. Holds nothing open. */
export class WatchedFile {
  readonly path: string;
  readonly #clock: Clock;
  #known: FileVersion | null = null;
  #reading: Promise<FileVersion> | null = null;

  constructor(path: string, clock: Clock) {
    this.path = path;
    this.#clock = clock;
  }

  /**
   * The text as it stands now. `again` reads it whatever `stat` says: two writes of the same length within one step of
   * the file system's clock look the same. Throws Node's error, or one with code `EISDIR`, `EFBIG`, `ETIMEDOUT`, or
   * `ENOTREG` for what is no file.
   */
  async read(again = false): Promise<string> {
    // A read that hangs is not begun a second time: each holds one of the few threads that Node has for files.
    this.#reading ??= this.#read(again ? null : this.#known).finally(() => (this.#reading = null));
    this.#known = await inTime(this.#reading, this.#clock);
    return this.#known.text;
  }

  async #read(known: FileVersion | null): Promise<FileVersion> {
    const now = await stat(this.path, { bigint: true });
    if (known !== null && known.id === idOf(now)) return known;
    // Without O_NONBLOCK the open of a pipe waits for its writer.
    const file = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const opened = await file.stat({ bigint: true });
      if (opened.isDirectory()) throw problem('EISDIR', 'is a directory');
      if (!opened.isFile()) throw problem('ENOTREG', 'is no file');
      return { id: idOf(opened), text: await readBounded(file) };
    } finally {
      await file.close();
    }
  }
}

/** Size as told says nothing of a file that grows. */
async function readBounded(file: FileHandle): Promise<string> {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    length += bytesRead;
  }
  throw problem('EFBIG', `is larger than ${MAX_BYTES} bytes`);
}

function idOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

function problem(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

async function inTime<T>(work: Promise<T>, clock: Clock): Promise<T> {
  const done = new AbortController();
  const late = clock.sleep(DEADLINE_MS, done.signal).then(() => {
    throw problem('ETIMEDOUT', 'does not answer');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
