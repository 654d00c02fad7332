/** Why nothing was done though something could have been. Also metric label and Event reason: names don't change. */
export const HOLD_REASONS = [
  'ObserveOnly',
  'Paused',
  'InputNotFresh',
  'NotOwner',
  'PolicyConflict',
  'PlatformBusy',
  'OutsideWindow',
  'Cooldown',
  'JobBudget',
  'FleetBudget',
  'MassFailure',
  'InFlight',
  'KnownIneffective',
  'AwaitingApproval',
  'NoUsableCheckpoint',
  'RewindTooFar',
  'OldRunAlive',
  'Unsupported',
  'CapacityUnavailable',
  'Forbidden',
  'NotLeader',
  'Stabilizing',
  'WithinBand',
  'NeedsPerson',
] as const;

/** One of `HOLD_REASONS`. */
export type HoldReason = (typeof HOLD_REASONS)[number];
