import type { UnregisteredTaskManager } from '../core/model/snapshot.ts';
import type { LivingTaskManager, PlatformJob } from '../platforms/contract.ts';
import { type AssembleContext, seriesOf } from './assemble.ts';
import { taskManagerInput } from './job-inputs.ts';
import type { JobMemory } from './job-memory.ts';
import type { RestDesk } from './rest-desk.ts';
import { freshLimitMs } from './settings.ts';

/**
 * Living TaskManagers that the JobManager does not name; null where it was not asked, because its series show as many as
 * live, or did not answer. Remembers since when.
 */
export async function readUnregistered(
  job: PlatformJob,
  memory: JobMemory,
  context: AssembleContext & { readonly desk: RestDesk },
): Promise<readonly UnregisteredTaskManager[] | null> {
  const living = job.taskManagers ?? [];
  if (job.restUrl === null || job.status.jobManager !== 'Running' || !fewerRegistered(job, living.length, context)) {
    memory.unregistered = [];
    return null;
  }
  const answer = await context.desk.taskManagers(job.restUrl);
  if (!answer.ok) return null;
  const registered = new Set(answer.value.map(({ id }) => id));
  const before = memory.unregistered;
  memory.unregistered = living
    .filter(({ pod }) => !registered.has(pod))
    .map((one) => ({ ...one, since: before.find((known) => isSame(known, one))?.since ?? context.at }));
  return memory.unregistered;
}

/** Series that can't be used tell nothing: then Flink is asked. */
function fewerRegistered(job: PlatformJob, living: number, context: AssembleContext): boolean {
  if (living === 0) return false;
  const at = { namespace: job.ref.namespace, run: seriesOf(job, context, null), slotsExpected: false };
  const counts = taskManagerInput(context.fleet, at, freshLimitMs(context.settings));
  return counts.freshness !== 'fresh' || counts.value.registered < living;
}

function isSame(known: LivingTaskManager, now: LivingTaskManager): boolean {
  return known.pod === now.pod && known.startedAt === now.startedAt;
}
