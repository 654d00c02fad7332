import { KeyedMutex } from '../io/keyed-mutex.ts';
import type { StoredMetadata } from '../resources/objects/fields.ts';
import { StoreConflict } from './contract.ts';
import type { Stored } from './contract.ts';

/** Where the objects of one kind are kept beyond this process. A call that returned survives a crash. */
export interface Backing<T> {
  /** False when the name is taken. */
  create(value: T, metadata: StoredMetadata): Promise<boolean>;
  replace(value: T, metadata: StoredMetadata): Promise<void>;
  remove(metadata: StoredMetadata): Promise<void>;
}

/** Keeps nothing. */
export const noBacking: Backing<unknown> = {
  create: () => Promise.resolve(true),
  replace: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

interface Named {
  readonly name: string;
  readonly namespace: string;
}

interface Row<T> {
  readonly value: T;
  readonly metadata: StoredMetadata;
}

/** The objects of one kind with the rules of versions. What was backed is what is read: memory changes after the backing. */
export class ObjectTable<T extends Named> {
  readonly #rows = new Map<string, Row<T>>();
  readonly #mutex = new KeyedMutex();
  readonly #backing: Backing<T>;
  #lastVersion = 0;

  constructor(backing: Backing<T>) {
    this.#backing = backing;
  }

  /** Takes over what the backing held before. */
  load(rows: readonly Row<T>[]): void {
    for (const row of rows) {
      this.#rows.set(keyOf(row.value), row);
      this.#lastVersion = Math.max(this.#lastVersion, Number(row.metadata.resourceVersion));
    }
  }

  get(named: Named): Stored<T> | undefined {
    const row = this.#rows.get(keyOf(named));
    return row && storedOf(row);
  }

  list(): readonly Stored<T>[] {
    return [...this.#rows.values()].map(storedOf);
  }

  /** Throws `StoreConflict` when the name is taken. */
  async create(value: T, createdAt: number): Promise<Stored<T>> {
    return this.#mutex.run(keyOf(value), async () => {
      const { name, namespace } = value;
      const created = { name, namespace, creationTimestamp: createdAt, resourceVersion: this.#next(), generation: 1 };
      const free = !this.#rows.has(keyOf(value)) && (await this.#backing.create(value, created));
      if (!free) throw new StoreConflict(`${namespace}/${name} exists`);
      return this.#keep({ value, metadata: created });
    });
  }

  /** `change` makes the next value from the current one; a new generation where it says so. Throws `StoreConflict`. */
  async replace(
    named: Named,
    version: string,
    change: (current: T) => { readonly value: T; readonly specChanged: boolean },
  ): Promise<Stored<T>> {
    return this.#mutex.run(keyOf(named), async () => {
      const row = this.#rows.get(keyOf(named));
      const found = row?.metadata.resourceVersion ?? 'none';
      if (row === undefined || found !== version) {
        throw new StoreConflict(`${named.namespace}/${named.name} is at version ${found}, not ${version}`);
      }
      const { value, specChanged } = change(row.value);
      const generation = row.metadata.generation + (specChanged ? 1 : 0);
      const metadata = { ...row.metadata, resourceVersion: this.#next(), generation };
      await this.#backing.replace(value, metadata);
      return this.#keep({ value, metadata });
    });
  }

  async remove(named: Named): Promise<void> {
    await this.#mutex.run(keyOf(named), async () => {
      const row = this.#rows.get(keyOf(named));
      if (row === undefined) return;
      await this.#backing.remove(row.metadata);
      this.#rows.delete(keyOf(named));
    });
  }

  #next(): string {
    this.#lastVersion += 1;
    return String(this.#lastVersion);
  }

  #keep(row: Row<T>): Stored<T> {
    this.#rows.set(keyOf(row.value), row);
    return storedOf(row);
  }
}

function keyOf({ namespace, name }: Named): string {
  return `${namespace}/${name}`;
}

function storedOf<T>({ value, metadata }: Row<T>): Stored<T> {
  return { value, version: metadata.resourceVersion };
}
