import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { hasEnded } from '../../../core/model/snapshot.ts';
import { SourceError } from '../../../io/errors.ts';
import type { RestJobDetails, RunRequest } from '../../../sources/flink-rest/contract.ts';
import { canonical } from '../../../sources/storage/location.ts';
import { type StepFinding, absent, done, failed, pending, restorePointOf, roundOf, startStep } from '../../contract.ts';
import { restoreFailure, rootCause } from '../restore-failure.ts';
import { livingRun, runIfKnown } from '../runs.ts';
import { type StepKind, type StepTarget } from './step.ts';

/** For a run of an earlier round to end. */
const CANCEL_MS = 30_000;
/** For a new run to take its sizes. */
const SIZES_MS = 5000;

/** `start-run/N`: key = Flink job id of the new run, chosen beforehand: Flink refuses a second one. */
export const startRun: StepKind = {
  async find(target) {
    const { rest, context } = target;
    const run = await runIfKnown(rest, context.step.key, context.signal);
    if (run === null) return (await otherRun(target)) ?? absent;
    if (run.state === 'RUNNING' && run.vertices.every(({ status }) => status === 'RUNNING')) return restored(target);
    return notRunning(target, run);
  },
  async send(target) {
    const path = pathOf(target);
    if (path === null) throw new Error('no restore point was chosen: a run is never started empty');
    await endEarlierRounds(target);
    const { cluster, state, rest, context } = target;
    const alive = await livingRun({ cluster, state, rest, signal: context.signal });
    if (alive !== null) throw new Error(`an old run may live: ${alive}`);
    await rest.runJar(await jarId(target), runRequest(target, path), context.signal);
    await keepSizes(target);
  },
};

function pathOf({ context }: StepTarget): string | null {
  return restorePointOf(context.journal, roundOf(context.step.step) ?? 0);
}

/** Flink job ids of the rounds before this one. They failed on their restore point, so they never ran. */
function earlierRuns({ context }: StepTarget): readonly string[] {
  const round = roundOf(context.step.step) ?? 1;
  const steps = Array.from({ length: round - 1 }, (_, index) => startStep(index + 1));
  return context.journal.filter(({ step }) => steps.includes(step)).map(({ key }) => key);
}

/** A living run that is none of ours: somebody else started the job meanwhile. */
async function otherRun(target: StepTarget): Promise<StepFinding | undefined> {
  const ours = earlierRuns(target);
  const runs = await target.rest.jobs(target.context.signal);
  const other = runs.find(({ id, state }) => !hasEnded(state) && !ours.includes(id));
  return other === undefined ? undefined : failed(`run ${other.id} of somebody else is ${other.state}`);
}

async function restored(target: StepTarget): Promise<StepFinding> {
  const { rest, context } = target;
  const { restored: from } = await rest.checkpoints(context.step.key, context.signal);
  if (from === null) return pending('RUNNING, Flink does not show yet what it restored');
  const path = from.path ?? '';
  // After a failover of its own the run restores from its own checkpoints.
  const fine = canonical(path) === canonical(pathOf(target) ?? '') || path.includes(context.step.key);
  return fine ? done(`RUNNING, restored from ${path}`) : failed(`RUNNING, but restored from ${path}`);
}

async function notRunning({ rest, context }: StepTarget, run: RestJobDetails): Promise<StepFinding> {
  if (run.state === 'CANCELED' || run.state === 'FINISHED') return failed(`the run is ${run.state}`);
  const ended = run.state === 'FAILED' ? await rest.failure(run.id, context.signal) : null;
  const others = (await rest.exceptions(run.id, context.signal)).map(({ message }) => message);
  const texts = ended === null ? others : [ended, ...others];
  const problem = restoreFailure(texts);
  if (problem !== null) return failed(`${run.state}: ${problem}`, true);
  if (run.state !== 'FAILED') return pending(`the run is ${run.state}`);
  return failed(`FAILED, not on its restore point: ${rootCause(texts[0] ?? 'no reason is shown')}`);
}

/** A run that can't restore its state may restart for ever: it is ended before the next round starts. */
async function endEarlierRounds(target: StepTarget): Promise<void> {
  const { cluster, rest, context } = target;
  const until = cluster.clock.now() + CANCEL_MS;
  for (const id of earlierRuns(target)) {
    let run = await runIfKnown(rest, id, context.signal);
    if (run === null || hasEnded(run.state)) continue;
    await rest.cancel(id, context.signal);
    while (run !== null && !hasEnded(run.state)) {
      if (cluster.clock.now() >= until) throw new Error(`run ${id} of an earlier round does not end`);
      await cluster.clock.sleep(200, context.signal);
      context.signal.throwIfAborted();
      run = await runIfKnown(rest, id, context.signal);
    }
  }
}

/** The jar as this JobManager has it, uploaded when it has none or an older one. */
async function jarId({ cluster, rest, context }: StepTarget): Promise<string> {
  const { jar } = cluster.config.job;
  const { mtimeMs } = await stat(jar);
  const known = (await rest.jars(context.signal)).find(
    ({ name, uploadedAt }) => name === basename(jar) && uploadedAt >= mtimeMs,
  );
  return known?.id ?? rest.uploadJar(jar, context.signal);
}

/** Wanted subtasks by vertex: what the caller says, else those of the last rescale. */
function sizesOf({ context, state }: StepTarget): Readonly<Record<string, number>> {
  return context.params.parallelism ?? state?.parallelism ?? {};
}

/**
 * Gives the new run the sizes that Flink forgot with the old one. Sent while the run still waits for its slots, so
 * that it starts with them; Flink 2 ignores `pipeline.jobvertex-parallelism-overrides` for jobs submitted over REST.
 * A run that does not take them in time starts with the sizes of its program: too small is better than not at all.
 */
async function keepSizes(target: StepTarget): Promise<void> {
  const { cluster, rest, context } = target;
  const bounds = Object.entries(sizesOf(target)).map(([vertex, upper]) => [vertex, { lower: 1, upper }] as const);
  if (bounds.length === 0) return;
  const until = cluster.clock.now() + SIZES_MS;
  while (cluster.clock.now() < until && !context.signal.aborted) {
    try {
      await rest.setRequirements(context.step.key, Object.fromEntries(bounds), context.signal);
      return;
    } catch (error) {
      if (!(error instanceof SourceError) || error.kind === 'refused') return;
    }
    await cluster.clock.sleep(50, context.signal);
  }
}

function runRequest({ cluster, context }: StepTarget, savepointPath: string): RunRequest {
  const { entryClass, args, parallelism } = cluster.config.job;
  return {
    jobId: context.step.key,
    ...(entryClass === undefined ? {} : { entryClass }),
    args,
    parallelism,
    savepointPath,
    allowNonRestoredState: context.params.allowNonRestoredState ?? false,
    claimMode: context.params.claimMode === 'Claim' ? 'CLAIM' : 'NO_CLAIM',
  };
}
