import { newestCheckpointAt } from '../model/flink-lines.ts';
import { usable } from '../model/input.ts';
import type { Symptom } from '../model/diagnosis.ts';
import type { RestoredFrom, Snapshot } from '../model/snapshot.ts';
import { lastActionEnd } from './memory.ts';
import type { JobMemory } from './memory.ts';
import { stoppedOnPurpose } from './stopped.ts';
import { stuckTaskManagers } from './stuck.ts';

/** Restarts, rescales not counted, within `LOOP_MS` that make a loop: Flink brings the job back but it does not stay. */
const LOOP_RESTARTS = 5;
const LOOP_MS = 10 * 60_000;
/** No checkpoint completed for this long while RUNNING. The longest of common intervals is 10 min. */
const STALLED_MS = 15 * 60_000;

/** A start or a restart takes seconds to minutes, large states included; a metrics outage is somebody's page by then. */
const LATE_MS = 10 * 60_000;

type Detector = (snapshot: Snapshot, memory: JobMemory) => Symptom | null;

/** All symptoms of a job. A detector whose input can't be used sees nothing: absence proves nothing. */
export function symptomsOf(snapshot: Snapshot, memory: JobMemory): readonly Symptom[] {
  return DETECTORS.map((detect) => detect(snapshot, memory)).filter((symptom) => symptom !== null);
}

const jobManagerLost: Detector = (snapshot, memory) => {
  const platform = usable(snapshot.platform);
  if (!platform || platform.jobManager === 'Running' || stoppedOnPurpose(snapshot, memory) !== null) return null;
  return { name: 'JobManagerLost', at: snapshot.at, evidence: `JobManager ${platform.jobManager.toLowerCase()}` };
};

const taskManagerLost: Detector = (snapshot, memory) => {
  const ended = usable(snapshot.platform)?.taskManagers.ended ?? [];
  if (ended.length === 0 || stoppedOnPurpose(snapshot, memory) !== null) return null;
  return { name: 'TaskManagerLost', at: snapshot.at, evidence: `ended: ${ended.join(', ')}` };
};

/** Its process lives, so only Flink's answer tells: metrics of a hung one vanish as those of a slow network do. */
const taskManagerStuck: Detector = (snapshot, memory) => {
  const stuck = stuckTaskManagers(snapshot);
  if (stuck.length === 0 || stoppedOnPurpose(snapshot, memory) !== null) return null;
  const said = stuck.map(({ pod, since }) => `${pod} for ${Math.round((snapshot.at - since) / 1000)} s`);
  const evidence = `alive, and the JobManager does not know it: ${said.join(', ')}`;
  return { name: 'TaskManagerStuck', at: snapshot.at, evidence, pods: stuck.map(({ pod }) => pod) };
};

/** Only Flink's own word counts: vanished series are no evidence. */
const jobFailed: Detector = (snapshot) => {
  if (snapshot.jobState.source !== 'flink-rest' || usable(snapshot.jobState)?.state !== 'FAILED') return null;
  const newest = usable(snapshot.exceptions)?.entries[0];
  // The message is a stack trace that begins with the name.
  const because = newest ? `: ${newest.message.split('\n')[0] || newest.name}`.slice(0, 300) : '';
  return { name: 'JobFailed', at: snapshot.at, evidence: `Flink says FAILED${because}` };
};

/** A job that nobody ever saw is not missing: it was not started yet. Neither is one that had ended. */
const jobMissing: Detector = (snapshot, memory) => {
  if (snapshot.jobState.source !== 'flink-rest' || usable(snapshot.jobState)?.state !== 'Gone') return null;
  if (stoppedOnPurpose(snapshot, memory) !== null) return null;
  const ran = memory.observed?.newestRestorePoint ?? usable(snapshot.restorePoints)?.points[0];
  if (!ran && !usable(snapshot.jobState)?.flinkJobId) return null;
  return { name: 'JobMissing', at: snapshot.at, evidence: 'Flink answers and does not know the job' };
};

const startedEmpty: Detector = (snapshot, memory) => {
  const restored = usable(snapshot.restoredFrom);
  const state = usable(snapshot.jobState)?.state;
  if (!restored || (state !== 'RUNNING' && state !== 'RESTARTING')) return null;
  if (restored.point !== null && !knownEmpty(restored, memory)) return null;
  const earlier = earlierPoint(snapshot, memory, restored.flinkJobId);
  if (earlier === null) return null;
  return {
    name: 'StartedEmpty',
    at: restored.startedAt,
    evidence: `run ${restored.flinkJobId} restored nothing; newest point of an earlier run: ${earlier}`,
  };
};

/** After a restart of its own a run that began empty shows its own checkpoint as restored: the page remembers better. */
function knownEmpty({ flinkJobId, point }: RestoredFrom, memory: JobMemory): boolean {
  const page = memory.observed?.page;
  return (
    page?.cause === 'StartedEmpty' && page.detail.includes(flinkJobId) && (point?.path.includes(flinkJobId) ?? true)
  );
}

/** Newest point of a run before this one: usable first, then what Drey remembers. */
function earlierPoint(snapshot: Snapshot, memory: JobMemory, flinkJobId: string): string | null {
  const point = usable(snapshot.restorePoints)?.points.find((one) => one.flinkJobId !== flinkJobId);
  if (point) return point.path;
  const known = memory.observed?.newestRestorePoint;
  return known && known.flinkJobId !== flinkJobId ? known.path : null;
}

const restartLoop: Detector = (snapshot, memory) => {
  const now = memory.restarts.at(-1);
  const from = Math.max(snapshot.at - LOOP_MS, lastActionEnd(memory));
  if (!now) return null;
  const window = memory.restarts.filter((one) => one.flinkJobId === now.flinkJobId && one.at >= from);
  const first = window[0];
  const count = first ? now.restarts - first.restarts : 0;
  if (count < LOOP_RESTARTS) return null;
  return { name: 'RestartLoop', at: now.at, evidence: `${count} restarts in ${Math.round(LOOP_MS / 60_000)} min` };
};

const checkpointStalled: Detector = (snapshot, memory) => {
  const run = usable(snapshot.jobState);
  const checkpoints = usable(snapshot.checkpoints);
  if (run?.state !== 'RUNNING' || !checkpoints || (run.runningForMs ?? 0) < STALLED_MS) return null;
  const last = newestCheckpointAt(checkpoints, memory.checkpointSeenAt);
  if (last === 0 || snapshot.at - last < STALLED_MS) return null;
  const minutes = Math.round((snapshot.at - last) / 60_000);
  return { name: 'CheckpointStalled', at: snapshot.at, evidence: `no checkpoint completed for ${minutes} min` };
};

/** INITIALIZING, RESTARTING, FAILING without end: Flink goes on trying, so only a person can tell what is wrong. */
const notRunning: Detector = (snapshot, memory) => {
  const since = memory.notRunningSince;
  if (since === null || snapshot.at - since < LATE_MS) return null;
  const state = usable(snapshot.jobState)?.state ?? 'not RUNNING';
  return { name: 'NotRunning', at: since, evidence: `${state}, not RUNNING for ${minutes(snapshot.at - since)} min` };
};

/** Holding for want of input is right, and after a while somebody must know that nobody watches. */
const jobUnseen: Detector = (snapshot, memory) => {
  const since = memory.unseenSince;
  if (since === null || snapshot.at - since < LATE_MS) return null;
  const detail = snapshot.jobState.freshness === 'fresh' ? '' : snapshot.jobState.detail;
  return { name: 'JobUnseen', at: since, evidence: `no state for ${minutes(snapshot.at - since)} min: ${detail}` };
};

const minutes = (ms: number): number => Math.round(ms / 60_000);

const lagUnknown: Detector = (snapshot) => {
  if (snapshot.lag.freshness !== 'absent' || snapshot.vertices.freshness !== 'fresh') return null;
  return { name: 'LagUnknown', at: snapshot.at, evidence: snapshot.lag.detail };
};

const DETECTORS: readonly Detector[] = [
  jobManagerLost,
  taskManagerLost,
  taskManagerStuck,
  jobFailed,
  jobMissing,
  startedEmpty,
  restartLoop,
  checkpointStalled,
  notRunning,
  jobUnseen,
  lagUnknown,
];
