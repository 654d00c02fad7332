import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, replaceFile } from '../../io/atomic-file.ts';
import { codeOf } from '../../io/errors.ts';

/** What must outlive Drey itself about a cluster: its file is the platform's own record, beside the processes. */
export interface ClusterState {
  readonly version: 1;
  /** The first start came to its end; from then on a missing process is a loss. */
  readonly bootstrapped: boolean;
  /** Counts the JobManagers. */
  readonly incarnation: number;
  readonly restPort: number;
  readonly rpcPort: number;
  /** TaskManagers that the cluster shall have, by pod name. */
  readonly taskManagers: readonly string[];
  /** Port of each pod's metrics. */
  readonly metricsPorts: Readonly<Record<string, number>>;
  /** The newest start of each pod. */
  readonly started: Readonly<Record<string, StartedProcess>>;
  /** Wanted subtasks by vertex, from the newest rescale; empty before the first. */
  readonly parallelism: Readonly<Record<string, number>>;
  /** JVM and Flink options that follow from the memory settings. */
  readonly memory: MemoryOptions | null;
}

/** A start of a pod, as recorded after it. */
export interface StartedProcess {
  /** Key of the step that started it. */
  readonly step: string;
  readonly identity: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Options by Flink's own arithmetic. */
export interface MemoryOptions {
  /** Of the settings that they were computed from. */
  readonly hash: string;
  readonly jobManager: ProcessOptions;
  readonly taskManager: ProcessOptions;
}

/** Of one JobManager or TaskManager. */
export interface ProcessOptions {
  readonly jvm: readonly string[];
  /** `-D` options of the main class. */
  readonly flink: readonly string[];
}

/** Null when there is no file: a new cluster, or one whose state folder was lost. Throws on a file that is no state. */
export async function readClusterState(path: string): Promise<ClusterState | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const state = parsed(path, text);
  if (state.version !== 1) throw new Error(`${path}: version ${String(state.version)} is not known`);
  return state;
}

function parsed(path: string, text: string): ClusterState {
  try {
    return JSON.parse(text) as ClusterState;
  } catch (error) {
    throw new Error(
      `${path} can't be read as JSON: put it back from a copy, or end the cluster's processes and remove it`,
      {
        cause: error,
      },
    );
  }
}

/** In place whole or not at all. */
export async function writeClusterState(path: string, state: ClusterState): Promise<void> {
  await makeFolder(dirname(path));
  await replaceFile(path, `${JSON.stringify(state, null, 2)}\n`);
}
