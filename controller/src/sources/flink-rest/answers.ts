import type { z } from 'zod';
import type { FlinkException } from '../../core/model/snapshot.ts';
import type {
  Requirements,
  RestCheckpoint,
  RestCheckpointConfig,
  RestCheckpoints,
  RestJob,
  RestJobDetails,
  TriggerStatus,
} from './contract.ts';
import type * as schemas from './schemas.ts';

/** Characters kept of an exception's text. */
const MAX_TEXT = 2000;
/** Frames kept of each cause in a stack trace. */
const MAX_FRAMES = 4;
/** Characters kept of the failure that ended a run: which part of Flink threw it is seen in its frames. */
const MAX_FAILURE = 32 * 1024;

type JobFields = z.infer<typeof schemas.jobsOverview>['jobs'][number];

/** `end-time` is -1 while the job has not ended. */
export function toJob(raw: JobFields): RestJob {
  const end = raw['end-time'];
  return { id: raw.jid, name: raw.name, state: raw.state, startedAt: raw['start-time'], endedAt: end > 0 ? end : null };
}

/** Vertices in Flink's order, upstream first; their inputs come from the plan. */
export function toJobDetails(raw: z.infer<typeof schemas.jobDetails>): RestJobDetails {
  const nodes = raw.plan.nodes ?? [];
  const inputs = new Map(nodes.map((node) => [node.id, (node.inputs ?? []).map((input) => input.id)]));
  // Flink writes 0 for a state that the job never entered.
  const entered = Object.entries(raw.timestamps).filter(([, at]) => at > 0);
  return {
    ...toJob(raw),
    enteredAt: Object.fromEntries(entered),
    now: raw.now,
    scheduler: raw.schedulerType ?? null,
    vertices: raw.vertices.map((vertex) => ({
      id: vertex.id,
      name: vertex.name,
      parallelism: vertex.parallelism,
      maxParallelism: vertex.maxParallelism,
      status: vertex.status,
      slotSharingGroup: vertex.slotSharingGroupId ?? null,
      inputs: inputs.get(vertex.id) ?? [],
    })),
  };
}

type RawCheckpoints = z.infer<typeof schemas.checkpoints>;

function toCheckpoint(raw: NonNullable<RawCheckpoints['history']>[number]): RestCheckpoint {
  const completed = raw.status === 'COMPLETED';
  const path = completed && raw.discarded !== true ? (raw.external_path ?? null) : null;
  return {
    id: raw.id,
    status: raw.status,
    savepoint: raw.is_savepoint,
    triggeredAt: raw.trigger_timestamp,
    completedAt: completed ? (raw.latest_ack_timestamp ?? raw.trigger_timestamp) : null,
    // A pointer that is no path: savepoint metadata kept inside the JobManager.
    path: path?.startsWith('<') === true ? null : path,
  };
}

/** Paths of discarded points are left out. */
export function toCheckpoints(raw: RawCheckpoints): RestCheckpoints {
  const { completed, savepoint, restored } = raw.latest ?? {};
  return {
    counts: {
      completed: raw.counts.completed,
      failed: raw.counts.failed,
      inProgress: raw.counts.in_progress,
      restored: raw.counts.restored,
    },
    latest: completed ? toCheckpoint(completed) : null,
    latestSavepoint: savepoint ? toCheckpoint(savepoint) : null,
    restored: restored
      ? {
          id: restored.id,
          path: restored.external_path ?? null,
          restoredAt: restored.restore_timestamp,
          savepoint: restored.is_savepoint,
        }
      : null,
    history: (raw.history ?? []).map(toCheckpoint).sort((a, b) => b.id - a.id),
  };
}

/** Kept on cancel: externalized, and not deleted on cancellation. */
export function toCheckpointConfig(raw: z.infer<typeof schemas.checkpointConfig>): RestCheckpointConfig {
  return {
    intervalMs: raw.interval,
    timeoutMs: raw.timeout,
    keptOnCancel: raw.externalization.enabled && !raw.externalization.delete_on_cancellation,
    stateBackend: raw.state_backend ?? null,
    storage: raw.checkpoint_storage ?? null,
  };
}

/** Newest first, texts bounded. */
export function toExceptions(raw: z.infer<typeof schemas.exceptions>): readonly FlinkException[] {
  return raw.exceptionHistory.entries
    .map((entry) => ({
      name: entry.exceptionName.slice(0, 200),
      message: withoutDeepFrames(entry.stacktrace).slice(0, MAX_TEXT),
      at: entry.timestamp,
      taskManager: entry.taskManagerId ?? null,
    }))
    .sort((a, b) => b.at - a.at);
}

/** All causes of a stack trace with the first frames of each: the last cause, mostly the real one, is far down. */
function withoutDeepFrames(trace: string): string {
  let frames = 0;
  const kept = trace.split('\n').filter((line) => {
    frames = /^\s+(?:at |\.\.\. )/.test(line) ? frames + 1 : 0;
    return frames <= MAX_FRAMES;
  });
  return kept.join('\n');
}

/** Bounds by vertex id. */
export function toRequirements(raw: z.infer<typeof schemas.requirements>): Requirements {
  const entries = Object.entries(raw).map(
    ([id, { parallelism }]) => [id, { lower: parallelism.lowerBound, upper: parallelism.upperBound }] as const,
  );
  return Object.fromEntries(entries);
}

/** Null where the run has not failed. */
export function toFailure(raw: z.infer<typeof schemas.executionResult>): string | null {
  return raw['job-execution-result']?.['failure-cause']?.['stack-trace'].slice(0, MAX_FAILURE) ?? null;
}

/** Flink says COMPLETED of a failed trigger as well: only a checkpoint id tells. */
export function toTriggerStatus(raw: z.infer<typeof schemas.trigger>): TriggerStatus {
  if (raw.status.id === 'IN_PROGRESS') return { state: 'InProgress' };
  const id = raw.operation?.checkpointId;
  return typeof id === 'number' ? { state: 'Completed', checkpointId: id } : { state: 'Failed' };
}
