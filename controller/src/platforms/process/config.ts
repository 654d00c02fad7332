/** Flink clusters whose JobManager and TaskManagers are processes of this machine. */
export interface ProcessPlatformConfig {
  readonly clusters: readonly ProcessClusterConfig[];
}

/** A session cluster with one job. Folders and files are absolute paths. */
export interface ProcessClusterConfig {
  /** Pods are named after it: `NAME-jobmanager-0`, `NAME-taskmanager-N`. */
  readonly name: string;
  readonly namespace: string;
  /** Holds `lib`, `plugins` and `bin/bash-java-utils.jar`. */
  readonly flinkHome: string;
  readonly java: string;
  /** At the first start; later the size is Drey's. */
  readonly taskManagers: number;
  readonly slotsPerTaskManager: number;
  /** Flink's `taskmanager.memory.process.size`. */
  readonly taskManagerMemory: string;
  /** Flink's `jobmanager.memory.process.size`. */
  readonly jobManagerMemory: string;
  /** Flink's own settings. Addresses, ports, memory, slots and the reporter are Drey's. */
  readonly flinkConf: Readonly<Record<string, string | number | boolean>>;
  /** Of this cluster alone. */
  readonly checkpointDir: string;
  readonly job: ProcessJobConfig;
}

/** The job as it is submitted. */
export interface ProcessJobConfig {
  /** Flink's `job_name`. */
  readonly name: string;
  readonly jar: string;
  readonly entryClass?: string | undefined;
  readonly args: readonly string[];
  readonly parallelism: number;
}
