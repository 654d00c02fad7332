/** Everything Drey can do. `Wait` and `Page` touch nothing outside. */
export const ACTIONS = [
  'Wait',
  'Rescale',
  'ScaleTaskManagers',
  'TriggerCheckpoint',
  'TriggerSavepoint',
  'RestartTaskManager',
  'RestartJobManager',
  'RestartFromCheckpoint',
  'RecreateCluster',
  'RecreateResource',
  'Rollback',
  'Suspend',
  'Resume',
  'Page',
] as const;

/** One of `ACTIONS`. */
export type Action = (typeof ACTIONS)[number];

/** Actions that a platform carries out. */
export type PlatformAction = Exclude<Action, 'Wait' | 'Page'>;

/** `ACTIONS` without waiting and paging. */
export const PLATFORM_ACTIONS = ACTIONS.filter((it): it is PlatformAction => it !== 'Wait' && it !== 'Page');

/** What an action needs beyond the job. Only the fields of its kind are set. */
export interface ActionParams {
  /** Rescale: vertex id → subtasks, all vertices of the job. */
  readonly parallelism?: Readonly<Record<string, number>>;
  /** Rescale, ScaleTaskManagers: TaskManagers that the cluster shall have. */
  readonly taskManagers?: number;
  /** RestartTaskManager: the ended or stuck ones, by pod name. */
  readonly pods?: readonly string[];
  /** RestartTaskManager: one that is registered at the JobManager (again) is left alone. */
  readonly onlyUnregistered?: true;
  /** Restarts: how far behind the newest checkpoint the restore point may be, ms. */
  readonly maxRewindMs?: number;
  readonly allowNonRestoredState?: boolean;
  readonly claimMode?: 'NoClaim' | 'Claim';
}
