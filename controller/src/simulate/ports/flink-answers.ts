import type { FlinkException } from '../../core/model/snapshot.ts';
import type {
  RestCheckpoint,
  RestCheckpointConfig,
  RestCheckpoints,
  RestJob,
  RestJobDetails,
} from '../../sources/flink-rest/contract.ts';
import { checkpointDir } from '../model/checkpoints.ts';
import { hexId } from '../model/graph.ts';
import type { SimulatedJob } from '../model/job.ts';
import type { Run } from '../model/run.ts';
import { instantOf, type World } from './world.ts';

/** A run in Flink's list. */
export function restJob(world: World, { name }: SimulatedJob, run: Run): RestJob {
  const { flinkJobId, state, startedAt, endedAt } = run;
  return {
    id: flinkJobId,
    name,
    state,
    startedAt: instantOf(world, startedAt),
    endedAt: endedAt === null ? null : instantOf(world, endedAt),
  };
}

/** A run with its graph; sizes are those of now. */
export function detailsOf(world: World, job: SimulatedJob, run: Run): RestJobDetails {
  const { vertices } = job.graph;
  const inPlace = job.spec.schedulerMode === 'in-place';
  return {
    ...restJob(world, job, run),
    enteredAt: run.runningAt === null ? {} : { RUNNING: instantOf(world, run.runningAt) },
    now: world.clock.now(),
    scheduler: inPlace ? 'Adaptive' : 'Default',
    vertices: vertices.map(({ id, name, index, maxParallelism, inputs }) => ({
      id,
      name,
      parallelism: job.parallelism[index] ?? 1,
      maxParallelism,
      status: run.state === 'RUNNING' ? 'RUNNING' : run.endedAt === null ? 'CREATED' : 'CANCELED',
      slotSharingGroup: hexId(`${job.name}/slots`),
      inputs: inputs.flatMap((input) => vertices[input]?.id ?? []),
    })),
  };
}

/** Checkpoints of a run. */
export function checkpointsOf(world: World, job: SimulatedJob, run: Run): RestCheckpoints {
  const history = run.history.map((one): RestCheckpoint => {
    const { id, status, triggeredAt, completedAt, path } = one;
    return {
      id,
      status,
      savepoint: false,
      triggeredAt: instantOf(world, triggeredAt),
      completedAt: completedAt === null ? null : instantOf(world, completedAt),
      path,
    };
  });
  const { restored } = run;
  return {
    counts: {
      completed: run.completed,
      failed: run.failed,
      inProgress: job.run === run ? job.checkpoints.inProgress : 0,
      restored: restored === null ? 0 : 1,
    },
    latest: history.find(({ status }) => status === 'COMPLETED') ?? null,
    latestSavepoint: null,
    restored:
      restored === null
        ? null
        : { id: restored.id, path: restored.path, restoredAt: instantOf(world, restored.at), savepoint: false },
    history,
  };
}

/** How a job takes checkpoints. */
export function configOf({ name, spec }: SimulatedJob): RestCheckpointConfig {
  return {
    intervalMs: spec.checkpoint.interval,
    timeoutMs: 600_000,
    keptOnCancel: true,
    stateBackend: 'EmbeddedRocksDBStateBackend',
    storage: checkpointDir(name),
  };
}

/** The newest failures of a run. */
export function exceptionsOf(world: World, run: Run): readonly FlinkException[] {
  return run.failures.map((failure) => ({ ...failure, at: instantOf(world, failure.at) }));
}
