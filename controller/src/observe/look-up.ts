import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { RestorePoint } from '../core/model/restore-point.ts';
import { type CheckpointCounts, type Exceptions, hasEnded, type JobRun } from '../core/model/snapshot.ts';
import type { PlatformJob } from '../platforms/contract.ts';
import type { CheckpointStorage } from '../sources/contract.ts';
import { type AssembleContext, type Lookup, seriesOf } from './assemble.ts';
import { jobInputs } from './job-inputs.ts';
import type { JobMemory } from './job-memory.ts';
import { asksFacts, asksRestorePoints, asksState, type RunView } from './questions.ts';
import { readRestorePoints } from './read-restore-points.ts';
import type { RestDesk } from './rest-desk.ts';
import { runOf } from './rest-state.ts';
import { readRunFacts } from './run-facts.ts';
import { freshLimitMs, type ObserverSettings } from './settings.ts';
import { readUnregistered } from './unregistered.ts';

/** All that the look-ups of one tick share. */
export interface LookupContext extends AssembleContext {
  readonly desk: RestDesk;
  readonly storage: CheckpointStorage;
  readonly settings: ObserverSettings;
  readonly signal: AbortSignal;
}

/** A job to look up. `attention`: Flink is asked whatever metrics say. */
export interface LookupJob {
  readonly job: PlatformJob;
  readonly attention: boolean;
  readonly newestKnown: RestorePoint | null;
  readonly memory: JobMemory;
}

const UNEXPECTED = unusable('error', 'flink-rest', 'unexpected error of a source');

/** What stands in for a look-up that broke: one job's trouble must not hide the others. */
export const FAILED_LOOKUP: Lookup = {
  state: null,
  topology: UNEXPECTED,
  restoredFrom: UNEXPECTED,
  restorePoints: UNEXPECTED,
  exceptions: UNEXPECTED,
  unregistered: null,
};

/** Asks Flink REST and storage what metrics can't carry, where it is needed, and remembers it. */
export async function lookUp(subject: LookupJob, context: LookupContext): Promise<Lookup> {
  const { job, memory, attention } = subject;
  const first = jobInputs(context.fleet, seriesOf(job, context, null), freshLimitMs(context.settings));
  const before = { flinkJobId: memory.flinkJobId, restarts: memory.restarts };
  if (first.jobState.freshness === 'fresh') memory.flinkJobId = first.jobState.value.flinkJobId;
  const state = asksState(first.jobState, attention) ? await askState(job, memory, context) : null;
  const run = state?.ok === true ? state.run : first.jobState.freshness === 'fresh' ? first.jobState.value : null;
  const flinkJobId = run?.flinkJobId ?? memory.flinkJobId;
  const series = seriesOf(job, context, flinkJobId);
  const { restarts, checkpoints } = jobInputs(context.fleet, series, freshLimitMs(context.settings));
  const counted = restarts.freshness === 'fresh' ? restarts.value.restarts : null;
  const grew = before.flinkJobId === flinkJobId && (counted ?? 0) > (before.restarts ?? Number.POSITIVE_INFINITY);
  const view = flinkJobId === null ? null : { flinkJobId, state: run?.state ?? null, restarts: counted, series };
  const healthy = !attention && run?.state === 'RUNNING';

  const facts = await runFacts(subject, view, context);
  if (asksRestorePoints(memory, { healthy, checkpoints }, context.at, context.settings)) {
    const lastCompletedId = checkpoints.freshness === 'fresh' ? checkpoints.value.lastCompletedId : null;
    memory.restorePoints = { at: context.at, lastCompletedId, value: await restorePoints(subject, view, context) };
  }
  const unregistered = await readUnregistered(job, memory, context);
  const exceptions = await askExceptions(job, { view, wanted: !healthy || grew }, context);
  memory.flinkJobId = flinkJobId;
  memory.restarts = counted ?? (before.flinkJobId === flinkJobId ? before.restarts : null);
  const points = aged(memory.restorePoints, checkpoints, context);
  return { state, ...facts, restorePoints: points, exceptions, unregistered };
}

async function askState(job: PlatformJob, memory: JobMemory, { desk }: LookupContext): Promise<Lookup['state']> {
  if (job.restUrl === null) return { ok: false, problem: 'Flink REST: no address' };
  const answer = await desk.jobs(job.restUrl);
  if (!answer.ok) return { ok: false, problem: answer.error.message };
  const run: JobRun = runOf(answer.value, job.jobName, memory.flinkJobId);
  return { ok: true, run };
}

async function runFacts(
  { job, memory }: LookupJob,
  view: RunView | null,
  context: LookupContext,
): Promise<Pick<Lookup, 'topology' | 'restoredFrom'>> {
  if (view === null) {
    const none = unusable('absent', 'flink-rest', 'no run is known');
    return { topology: none, restoredFrom: none };
  }
  if (view.state !== 'Gone' && job.restUrl !== null && asksFacts(memory, view, context.at, context.settings)) {
    const run = { url: job.restUrl, flinkJobId: view.flinkJobId, restarts: view.restarts };
    memory.facts = await readRunFacts(context.desk, run, context.at);
  }
  const { facts } = memory;
  if (facts === null || facts.flinkJobId !== view.flinkJobId) {
    const none = unusable('absent', 'flink-rest', 'this run was not read');
    return { topology: none, restoredFrom: none };
  }
  const ageMs = context.at - facts.at;
  // Without a count of restarts nobody knows whether it is still so, unless the run is over.
  const certain = view.restarts !== null || (view.state !== null && (view.state === 'Gone' || hasEnded(view.state)));
  const limit = certain ? Number.POSITIVE_INFINITY : freshLimitMs(context.settings);
  return { topology: withAge(facts.topology, ageMs, limit), restoredFrom: withAge(facts.restoredFrom, ageMs, limit) };
}

function withAge<T>(input: Input<T>, ageMs: number, limitMs: number): Input<T> {
  if (input.freshness !== 'fresh') return input;
  if (ageMs <= limitMs) return { ...input, ageMs };
  return unusable('stale', input.source, `read ${Math.round(ageMs / 1000)} s ago`, ageMs);
}

function restorePoints(
  subject: LookupJob,
  view: RunView | null,
  context: LookupContext,
): ReturnType<typeof readRestorePoints> {
  return readRestorePoints({
    desk: context.desk,
    storage: context.storage,
    url: subject.job.restUrl,
    flinkJobId: view === null || view.state === 'Gone' ? null : view.flinkJobId,
    dirs: subject.job.checkpointDirs,
    remembered: subject.newestKnown,
    signal: context.signal,
  });
}

/** A look at restore points is good for a minute, or as long as no other checkpoint completes. */
function aged(
  last: JobMemory['restorePoints'],
  checkpoints: Input<CheckpointCounts>,
  { at }: LookupContext,
): Lookup['restorePoints'] {
  if (last === null) return unusable('absent', 'storage', 'not looked at yet');
  const same = checkpoints.freshness === 'fresh' && checkpoints.value.lastCompletedId === last.lastCompletedId;
  return withAge(last.value, at - last.at, same ? Number.POSITIVE_INFINITY : 60_000);
}

async function askExceptions(
  job: PlatformJob,
  { view, wanted }: { readonly view: RunView | null; readonly wanted: boolean },
  { desk }: LookupContext,
): Promise<Input<Exceptions>> {
  if (!wanted) return unusable('absent', 'flink-rest', 'not asked: the job runs');
  if (view === null || view.state === 'Gone' || job.restUrl === null) {
    return unusable('absent', 'flink-rest', 'Flink knows no run of this job');
  }
  const answer = await desk.exceptions(job.restUrl, view.flinkJobId);
  if (answer.ok) return fresh({ entries: answer.value }, 'flink-rest');
  return unusable(answer.error.kind === 'notFound' ? 'absent' : 'error', 'flink-rest', answer.error.message);
}
