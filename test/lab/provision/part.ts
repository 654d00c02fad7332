import type { Toolchain } from './toolchains.ts';

/** What a part may use while it is built. */
export interface Workshop {
  /** An empty folder for the result; it is renamed into the cache once `build` has returned. */
  readonly result: string;
  /** An empty folder for anything else; removed afterwards. */
  readonly scratch: string;
  /** Tells what is being done now. */
  readonly step: (text: string) => void;
  /** Runs a program at low priority; rejects with the end of its output when it fails. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<string>;
}

/** Where and with what environment a program runs; `env` is added to the caller's own. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** One thing in the cache: built from locked inputs, recognised by its stamp. */
export interface Part {
  readonly name: string;
  /** The folder's name in the cache; it carries the version. */
  readonly folder: string;
  readonly needs: readonly Toolchain[];
  /** The locked inputs (versions, sums): a stamp that differs makes the part be built again. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Files, relative to the folder, that must be there for the part to count as built. */
  readonly files: readonly string[];
  build(workshop: Workshop): Promise<void>;
}
