import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from './identity.ts';
import { labMarker } from './marked.ts';

/** A process as the lab's file names it. */
export interface LabProcess extends ProcessIdentity {
  readonly name: string;
  /** The TCP port it listens on. */
  readonly port: number | null;
  readonly log: string;
}

/** A Flink cluster of the lab: Drey starts and replaces its processes, so they are found by their marker. */
export interface LabCluster {
  readonly name: string;
  readonly flinkVersion: string;
  /** Drey's state folder. */
  readonly stateDir: string;
  /** The cluster's own record of its ports and processes. */
  readonly stateFile: string;
  /** The value of its processes' marker. */
  readonly clusterId: string;
  /** The entry in the environment of each of its processes, `NAME=value`. */
  readonly marker: string;
}

interface Content {
  readonly processes: readonly LabProcess[];
  readonly clusters: readonly LabCluster[];
}

/** `LAB/lab.json`: what runs in a lab's folder, written before anyone waits for it to be ready. */
export class ProcessTable {
  readonly folder: string;
  #content: Content;

  constructor(folder: string, content: Content = { processes: [], clusters: [] }) {
    this.folder = folder;
    this.#content = content;
  }

  get processes(): readonly LabProcess[] {
    return this.#content.processes;
  }

  get clusters(): readonly LabCluster[] {
    return this.#content.clusters;
  }

  /** Entries in the environment by which every process of the lab is found. */
  get markers(): readonly string[] {
    return [`${labMarker}=${this.folder}`, ...this.clusters.map((cluster) => cluster.marker)];
  }

  /** Records a process in place of an earlier one of the same name. */
  add(one: LabProcess): void {
    const processes = [...this.processes.filter((other) => other.name !== one.name), one];
    this.#write({ ...this.#content, processes });
  }

  addCluster(one: LabCluster): void {
    this.#write({ ...this.#content, clusters: [...this.clusters.filter((other) => other.name !== one.name), one] });
  }

  /** Forgets the processes, once they have ended. */
  clear(): void {
    this.#write({ ...this.#content, processes: [] });
  }

  #write(content: Content): void {
    this.#content = content;
    mkdirSync(this.folder, { recursive: true });
    const file = tableFile(this.folder);
    writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** Reads the table of a lab's folder; an empty one where there is none. */
export function readTable(folder: string): ProcessTable {
  try {
    return new ProcessTable(folder, JSON.parse(readFileSync(tableFile(folder), 'utf8')) as Content);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new ProcessTable(folder);
    throw error;
  }
}

function tableFile(folder: string): string {
  return join(folder, 'lab.json');
}
