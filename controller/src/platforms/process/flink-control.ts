import type { FlinkRest } from '../../sources/flink-rest/contract.ts';

/** What the platform needs of Flink REST. */
export type FlinkControl = Pick<
  FlinkRest,
  | 'jobs'
  | 'job'
  | 'checkpoints'
  | 'checkpointConfig'
  | 'exceptions'
  | 'failure'
  | 'requirements'
  | 'setRequirements'
  | 'taskManagers'
  | 'overview'
  | 'cancel'
  | 'jars'
  | 'uploadJar'
  | 'runJar'
  | 'triggerCheckpoint'
  | 'checkpointTrigger'
>;

/** Makes a client for the JobManager at a base URL. */
export type FlinkControlFactory = (baseUrl: string) => FlinkControl;
