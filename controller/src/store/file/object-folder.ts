import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createFile,
  isTemporaryFile,
  makeFolder,
  removeFile,
  replaceFile,
  setFileAside,
} from '../../io/atomic-file.ts';
import type { Clock } from '../../io/clock.ts';
import { codeOf } from '../../io/errors.ts';
import type { Log } from '../../io/log.ts';
import type { Decoded, ObjectCodec, StoredMetadata } from '../../resources/objects/fields.ts';
import type { Backing } from '../object-table.ts';

/** What a folder of objects is built from. */
export interface ObjectFolderOptions<T> {
  /** Holds `NAMESPACE/NAME.json`. */
  readonly folder: string;
  readonly codec: ObjectCodec<T>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The objects of one kind as files, one each. */
export class ObjectFolder<T> implements Backing<T> {
  readonly #options: ObjectFolderOptions<T>;

  constructor(options: ObjectFolderOptions<T>) {
    this.#options = options;
  }

  /**
   * Everything that can be read. A file that can't be understood (torn, of another version) is set aside as
   * `NAME.json.broken-TIME` with a log line: a person may look at it, and the start goes on.
   */
  async load(): Promise<readonly Decoded<T>[]> {
    await makeFolder(this.#options.folder);
    const found: Decoded<T>[] = [];
    const entries = await readdir(this.#options.folder, { withFileTypes: true });
    for (const namespace of entries.filter((entry) => entry.isDirectory())) {
      const folder = join(this.#options.folder, namespace.name);
      for (const file of await readdir(folder, { withFileTypes: true })) {
        if (!file.isFile()) continue;
        if (isTemporaryFile(file.name)) await removeFile(join(folder, file.name));
        if (!file.name.endsWith('.json')) continue;
        const object = await this.#read(namespace.name, file.name);
        if (object !== null) found.push(object);
      }
    }
    return found;
  }

  async create(value: T, metadata: StoredMetadata): Promise<boolean> {
    const text = this.#text(value, metadata);
    await makeFolder(join(this.#options.folder, metadata.namespace));
    return createFile(this.#path(metadata), text);
  }

  async replace(value: T, metadata: StoredMetadata): Promise<void> {
    await replaceFile(this.#path(metadata), this.#text(value, metadata));
  }

  async remove(metadata: StoredMetadata): Promise<void> {
    await removeFile(this.#path(metadata));
  }

  /** Encoding checks namespace and name, so that neither leaves the folder. */
  #text(value: T, metadata: StoredMetadata): string {
    return `${JSON.stringify(this.#options.codec.encode(value, metadata), null, 2)}\n`;
  }

  #path({ namespace, name }: StoredMetadata): string {
    return join(this.#options.folder, namespace, `${name}.json`);
  }

  async #read(namespace: string, file: string): Promise<Decoded<T> | null> {
    const path = join(this.#options.folder, namespace, file);
    const text = await readFile(path, 'utf8');
    try {
      const decoded = this.#options.codec.decode(JSON.parse(text));
      if (this.#path(decoded.metadata) !== path) throw new Error('namespace or name inside is not that of the path');
      return decoded;
    } catch (error) {
      await this.#setAside(path, error);
      return null;
    }
  }

  async #setAside(path: string, error: unknown): Promise<void> {
    const time = new Date(this.#options.clock.now()).toISOString().replaceAll(':', '');
    const aside = `${path}.broken-${time}`;
    const problem = error instanceof Error ? error.message : String(error);
    this.#options.log.error('a stored object cannot be read and was set aside', { file: path, aside, problem });
    await setFileAside(path, aside).catch((failure: unknown) => {
      if (codeOf(failure) !== 'ENOENT') throw failure;
    });
  }
}
