import { hasEnded } from '../../../core/model/snapshot.ts';
import { SourceError } from '../../../io/errors.ts';
import type { RestJobDetails } from '../../../sources/flink-rest/contract.ts';
import { absent, done, failed, pending } from '../../contract.ts';
import { type StepKind, type StepTarget } from './step.ts';

/** The size matters more: Flink rescales with its next checkpoint, or replays what came since the last one. */
const FAILED_TRIGGER = 'the checkpoint failed; the rescale goes on without it';

/** The Flink job id before the slash of the key. */
function runOf({ context }: StepTarget): string {
  return context.step.key.split('/')[0] ?? '';
}

/** `put-requirements`: tells Flink the wanted size. Lower bounds of 1 keep the job alive when slots go away. */
export const putRequirements: StepKind = {
  async find(target) {
    const { rest, context } = target;
    const now = await rest.requirements(runOf(target), context.signal);
    const wanted = Object.entries(context.params.parallelism ?? {});
    return wanted.every(([vertex, size]) => now[vertex]?.upper === size) ? done('Flink has the new size') : absent;
  },
  async send(target) {
    const { cluster, rest, context } = target;
    const parallelism = context.params.parallelism ?? {};
    const bounds = Object.entries(parallelism).map(([vertex, upper]) => [vertex, { lower: 1, upper }] as const);
    await rest.setRequirements(runOf(target), Object.fromEntries(bounds), context.signal);
    // Flink forgets the size with the run: a restart gives it back.
    await cluster.update((state) => ({ ...state, parallelism }));
  },
};

/** `trigger-checkpoint`: key RUN/TRIGGER. In a rescale a help only: it comes sooner, or replays less. */
export const triggerCheckpoint: StepKind = {
  async find(target) {
    const { rest, context } = target;
    const trigger = context.step.key.split('/')[1] ?? '';
    try {
      const status = await rest.checkpointTrigger(runOf(target), trigger, context.signal);
      if (status.state === 'InProgress') return pending('the checkpoint is on its way');
      if (status.state === 'Completed') return done(`checkpoint ${status.checkpointId} completed`);
      return context.action === 'Rescale' ? done(FAILED_TRIGGER) : failed('the checkpoint failed');
    } catch (error) {
      if (!(error instanceof SourceError && error.kind === 'notFound')) throw error;
    }
    const job = await rest.job(runOf(target), context.signal);
    if (hasEnded(job.state)) return failed(`the job is ${job.state}`);
    if (context.action === 'Rescale' && missing(target, job) === null) return done('not needed any more');
    return job.state === 'RUNNING' ? absent : pending(`the job is ${job.state}`);
  },
  async send(target) {
    const trigger = target.context.step.key.split('/')[1] ?? '';
    await target.rest.triggerCheckpoint(runOf(target), trigger, target.context.signal);
  },
};

/** `await-parallelism`: writes nothing. Flink takes a size that it has no slots for: only the job itself tells. */
export const awaitParallelism: StepKind = {
  async find(target) {
    const job = await target.rest.job(runOf(target), target.context.signal);
    if (hasEnded(job.state)) return failed(`the job is ${job.state}`);
    const detail = missing(target, job);
    return detail === null ? done('every vertex has its size') : pending(detail);
  },
};

function missing({ context }: StepTarget, job: RestJobDetails): string | null {
  if (job.state !== 'RUNNING') return `the job is ${job.state}`;
  const wanted = context.params.parallelism ?? {};
  const other = job.vertices.find(({ id, parallelism, status }) => parallelism !== wanted[id] || status !== 'RUNNING');
  if (other === undefined) return null;
  return `${other.name} has ${other.parallelism} of ${String(wanted[other.id])} subtasks, ${other.status}`;
}
