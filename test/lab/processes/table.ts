import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './identity.ts';

/** A process as the lab's file names it. */
export interface LabProcess extends ProcessIdentity {
  readonly name: string;
  /** The TCP port it listens on. */
  readonly port: number | null;
  readonly log: string;
}

/** `LAB/lab.json`: what runs in a lab's folder, written before anyone waits for it to be ready. */
export class ProcessTable {
  readonly folder: string;
  #processes: LabProcess[];

  constructor(folder: string, processes: readonly LabProcess[] = []) {
    this.folder = folder;
    this.#processes = [...processes];
  }

  get processes(): readonly LabProcess[] {
    return this.#processes;
  }

  add(one: LabProcess): void {
    this.#processes = [...this.#processes.filter((other) => other.name !== one.name), one];
    this.#write();
  }

  remove(name: string): void {
    this.#processes = this.#processes.filter((other) => other.name !== name);
    this.#write();
  }

  #write(): void {
    mkdirSync(this.folder, { recursive: true });
    const file = tableFile(this.folder);
    writeFileSync(`${file}.new`, `${JSON.stringify({ processes: this.#processes }, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** Reads the table of a lab's folder; an empty one where there is none. */
export function readTable(folder: string): ProcessTable {
  try {
    const { processes } = JSON.parse(readFileSync(tableFile(folder), 'utf8')) as { processes: LabProcess[] };
    return new ProcessTable(folder, processes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new ProcessTable(folder);
    throw error;
  }
}

function tableFile(folder: string): string {
  return join(folder, 'lab.json');
}
