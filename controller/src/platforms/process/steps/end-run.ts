import { hasEnded } from '../../../core/model/snapshot.ts';
import { SourceError } from '../../../io/errors.ts';
import { absent, done, failed, pending } from '../../contract.ts';
import { livingRun, runIfKnown } from '../runs.ts';
import { type StepKind, type StepTarget } from './step.ts';

const UNDER_WAY = new Set(['CANCELLING', 'FAILING']);

/** `cancel-run`: key = Flink job id. A run whose checkpoints would go with it is not cancelled. */
export const cancelRun: StepKind = {
  async find(target) {
    const { rest, context } = target;
    const run = await runIfKnown(rest, context.step.key, context.signal);
    if (run === null) return done('Flink does not know the run');
    if (hasEnded(run.state)) return done(`the run is ${run.state}`);
    if (UNDER_WAY.has(run.state)) return pending(`the run is ${run.state}`);
    const objection = await whyNotCancel(target);
    return objection === null ? absent : failed(objection);
  },
  async send(target) {
    const objection = await whyNotCancel(target);
    if (objection !== null) throw new Error(objection);
    await target.rest.cancel(target.context.step.key, target.context.signal);
  },
};

async function whyNotCancel({ rest, context }: StepTarget): Promise<string | null> {
  try {
    const { keptOnCancel } = await rest.checkpointConfig(context.step.key, context.signal);
    return keptOnCancel ? null : 'a cancel would delete the checkpoints of the job';
  } catch (error) {
    if (!(error instanceof SourceError && error.kind === 'notFound')) throw error;
    return 'the job takes no checkpoints: a cancel would lose its state';
  }
}

/** `prove-ended`: writes nothing. Done only when no old run can live; a JobManager that does not answer proves nothing. */
export const proveEnded: StepKind = {
  async find({ cluster, state, rest, context }) {
    try {
      const alive = await livingRun({ cluster, state, rest, signal: context.signal });
      return alive === null ? done('no run of the job lives') : pending(alive);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return pending(`not proven: ${error.message}`);
    }
  },
};
