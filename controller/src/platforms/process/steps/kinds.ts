import { UnsupportedError } from '../../contract.ts';
import { cancelRun, proveEnded } from './end-run.ts';
import { startJobManager, startTaskManager, stopAll, stopProcess, stopUnregistered } from './processes.ts';
import { awaitParallelism, putRequirements, triggerCheckpoint } from './rescale.ts';
import { startRun } from './start-run.ts';
import type { StepKind } from './step.ts';
import { awaitTaskManagers, stopFreeTaskManager } from './task-managers.ts';

const kinds: Readonly<Record<string, StepKind>> = {
  'stop-process': stopProcess,
  'stop-unregistered': stopUnregistered,
  'stop-all': stopAll,
  'start-jobmanager': startJobManager,
  'start-taskmanager': startTaskManager,
  'await-taskmanagers': awaitTaskManagers,
  'stop-free-taskmanager': stopFreeTaskManager,
  'put-requirements': putRequirements,
  'trigger-checkpoint': triggerCheckpoint,
  'await-parallelism': awaitParallelism,
  'cancel-run': cancelRun,
  'prove-ended': proveEnded,
  'start-run': startRun,
};

/** The kind of a step, by its name up to the slash. Throws on a step that no plan holds. */
export function stepKind(step: string): StepKind {
  const kind = kinds[step.split('/')[0] ?? ''];
  if (kind === undefined) throw new UnsupportedError(`no such step: ${step}`);
  return kind;
}
