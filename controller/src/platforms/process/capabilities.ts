import type { Capabilities, Capability } from '../contract.ts';

const noSavepoints: Capability = { no: 'the cluster has no folder for savepoints; restarts use checkpoints' };
const noSpec: Capability = { no: 'the platform process keeps no earlier version of a job' };
const noHighAvailability: Capability = {
  no: 'without high-availability metadata a new JobManager comes back empty: RecreateCluster restores the job',
};
const noResource: Capability = { no: 'the platform process has no resource a job' };
const notStopped: Capability = { no: 'without a savepoint the job can only be restarted, not suspended' };

/** What the platform process can do with a job whose JobManager runs. */
export const PROCESS_CAPABILITIES: Capabilities = {
  Rescale: 'yes',
  ScaleTaskManagers: 'yes',
  TriggerCheckpoint: 'yes',
  TriggerSavepoint: noSavepoints,
  RestartTaskManager: 'yes',
  RestartJobManager: noHighAvailability,
  RestartFromCheckpoint: 'yes',
  RecreateCluster: 'yes',
  RecreateResource: noResource,
  Rollback: noSpec,
  Suspend: notStopped,
  Resume: notStopped,
};

const lost: Capability = { no: 'the JobManager is not running: RecreateCluster starts a new one' };

/** The same while there is no JobManager to carry it out. */
export const CAPABILITIES_WITHOUT_JOBMANAGER: Capabilities = {
  ...PROCESS_CAPABILITIES,
  Rescale: lost,
  ScaleTaskManagers: lost,
  TriggerCheckpoint: lost,
  RestartTaskManager: lost,
  RestartFromCheckpoint: lost,
};
