import type { Input } from '../core/model/input.ts';
import type { CheckpointCounts, JobRun } from '../core/model/snapshot.ts';
import type { RunSeries } from './fleet-series.ts';
import type { JobMemory } from './job-memory.ts';
import type { ObserverSettings } from './settings.ts';
import { freshLimitMs } from './settings.ts';
import { subtaskMismatch } from './vertex-inputs.ts';

/** Metrics can't say what the job is doing, or say that it does not run, or somebody wants to know now. */
export function asksState(jobState: Input<JobRun>, attention: boolean): boolean {
  return attention || jobState.freshness !== 'fresh' || jobState.value.state !== 'RUNNING';
}

/** What is known of the run at the moment of asking. */
export interface RunView {
  readonly flinkJobId: string;
  readonly state: JobRun['state'] | null;
  /** Null where the series do not tell. */
  readonly restarts: number | null;
  readonly series: RunSeries | null;
}

/** Topology and restored point must be read (again): another run, another restart, or another number of subtasks. */
export function asksFacts(memory: JobMemory, view: RunView, now: number, settings: ObserverSettings): boolean {
  const { facts } = memory;
  if (facts === null || facts.flinkJobId !== view.flinkJobId) return true;
  if (view.state !== null && view.state !== 'RUNNING') return false;
  if (!facts.settled) return true;
  if (view.restarts === null) return now - facts.at > freshLimitMs(settings);
  if (view.restarts !== facts.restarts) return true;
  if (view.series === null || facts.topology.freshness !== 'fresh') return false;
  // Not at each tick while subtasks are missing for another reason.
  return now - facts.at >= 2 * settings.tickMs && subtaskMismatch(view.series, facts.topology.value) !== null;
}

/** Restore points must be looked at (again). */
export function asksRestorePoints(
  memory: JobMemory,
  at: { readonly healthy: boolean; readonly checkpoints: Input<CheckpointCounts> },
  now: number,
  settings: ObserverSettings,
): boolean {
  const last = memory.restorePoints;
  if (last === null || !at.healthy || last.value.freshness !== 'fresh') return true;
  if (now - last.at < settings.restorePointsEveryMs) return false;
  return at.checkpoints.freshness !== 'fresh' || at.checkpoints.value.lastCompletedId !== last.lastCompletedId;
}
