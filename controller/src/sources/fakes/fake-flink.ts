import type { FlinkException, JobState } from '../../core/model/snapshot.ts';
import { SourceError } from '../../io/errors.ts';
import type {
  FlinkRest,
  Requirements,
  RestCheckpoint,
  RestCheckpointConfig,
  RestCheckpoints,
  RestJar,
  RestJob,
  RestJobDetails,
  RestTaskManager,
  RestVertex,
  RunRequest,
} from '../flink-rest/contract.ts';

/** One run inside a `FakeFlink`; tests change it as they like. */
export interface FakeRun {
  id: string;
  name: string;
  state: Exclude<JobState, 'Gone'>;
  startedAt: number;
  endedAt: number | null;
  /** When it became RUNNING. */
  runningAt: number | null;
  scheduler: string | null;
  vertices: RestVertex[];
  requirements: Requirements;
  checkpoints: RestCheckpoint[];
  restored: RestCheckpoints['restored'];
  config: RestCheckpointConfig;
  exceptions: FlinkException[];
  /** Stack trace of what ended it. */
  failure: string | null;
  triggers: Map<string, number | null>;
  /** What it was started with; null when a test made it. */
  request: RunRequest | null;
}

const PLAIN_CONFIG: RestCheckpointConfig = {
  intervalMs: 5000,
  timeoutMs: 600_000,
  keptOnCancel: true,
  stateBackend: 'HashMapStateBackend',
  storage: 'FileSystemCheckpointStorage',
};

/** A source and a sink of two subtasks each; the ids are those of `PLAIN_VERTICES`. */
const plainVertices = (): RestVertex[] =>
  [
    { id: 'a'.repeat(32), name: 'Source: in', inputs: [] },
    { id: 'b'.repeat(32), name: 'out', inputs: ['a'.repeat(32)] },
  ].map((vertex) => ({
    ...vertex,
    parallelism: 2,
    maxParallelism: 128,
    status: 'RUNNING',
    slotSharingGroup: 'c'.repeat(32),
  }));

/** A JobManager's REST API in memory. One of it is one cluster, whatever the base URL. */
export class FakeFlink {
  readonly runs: FakeRun[] = [];
  readonly jarFiles: RestJar[] = [];
  taskManagers: RestTaskManager[] = [];
  version = '2.3.0';
  /** Nobody answers. */
  down = false;
  /** Calls so far. */
  calls = 0;
  now = 1_000_000;

  /** A run that is RUNNING unless told otherwise. */
  addRun(run: Partial<FakeRun> = {}): FakeRun {
    const made: FakeRun = {
      id: 'f'.repeat(32),
      name: 'topup',
      state: 'RUNNING',
      startedAt: this.now,
      endedAt: null,
      runningAt: this.now,
      scheduler: 'Adaptive',
      vertices: plainVertices(),
      requirements: {},
      checkpoints: [],
      restored: null,
      config: PLAIN_CONFIG,
      exceptions: [],
      failure: null,
      triggers: new Map(),
      request: null,
      ...run,
    };
    this.runs.push(made);
    return made;
  }

  /** Completes a checkpoint of a run. */
  completeCheckpoint(run: FakeRun, checkpoint: { id: number; at: number; path?: string }): void {
    const path = checkpoint.path ?? `file:/checkpoints/${run.id}/chk-${checkpoint.id}`;
    const { id, at } = checkpoint;
    run.checkpoints.unshift({ id, status: 'COMPLETED', savepoint: false, triggeredAt: at, completedAt: at, path });
  }

  /** As a `FlinkRestFactory`. */
  readonly factory = (): FlinkRest => this.#client();

  #client(): FlinkRest {
    return {
      jobs: (signal) => this.#answer(signal, () => this.runs.map(toJob)),
      job: (id, signal) => this.#answer(signal, () => this.#details(this.#run(id))),
      checkpoints: (id, signal) => this.#answer(signal, () => toCheckpoints(this.#run(id))),
      checkpointConfig: (id, signal) => this.#answer(signal, () => this.#run(id).config),
      exceptions: (id, signal) => this.#answer(signal, () => this.#run(id).exceptions),
      failure: (id, signal) => this.#answer(signal, () => this.#run(id).failure),
      requirements: (id, signal) => this.#answer(signal, () => this.#adaptive(id).requirements),
      setRequirements: (id, requirements, signal) =>
        this.#answer(signal, () => {
          this.#adaptive(id).requirements = requirements;
        }),
      taskManagers: (signal) => this.#answer(signal, () => this.taskManagers),
      overview: (signal) => this.#answer(signal, () => this.#overview()),
      cancel: (id, signal) => this.#answer(signal, () => this.#cancel(id)),
      jars: (signal) => this.#answer(signal, () => this.jarFiles),
      uploadJar: (path, signal) => this.#answer(signal, () => this.#upload(path)),
      runJar: (jarId, run, signal) => this.#answer(signal, () => this.#start(jarId, run)),
      triggerCheckpoint: (id, triggerId, signal) =>
        this.#answer(signal, () => void this.#run(id).triggers.set(triggerId, null)),
      checkpointTrigger: (id, triggerId, signal) =>
        this.#answer(signal, () => {
          const done = this.#run(id).triggers.get(triggerId);
          if (done === undefined) throw new SourceError('notFound', 'Flink REST: HTTP 404', 404);
          return done === null ? { state: 'InProgress' as const } : { state: 'Completed' as const, checkpointId: done };
        }),
    };
  }

  async #answer<T>(signal: AbortSignal | undefined, answer: () => T): Promise<T> {
    this.calls += 1;
    await Promise.resolve();
    if (signal?.aborted === true) throw new SourceError('timeout', 'Flink REST: given up by the caller');
    if (this.down) throw new SourceError('unreachable', 'Flink REST: ECONNREFUSED');
    return answer();
  }

  #run(id: string): FakeRun {
    const run = this.runs.find((one) => one.id === id);
    if (run === undefined) throw new SourceError('notFound', 'Flink REST: HTTP 404', 404);
    return run;
  }

  #adaptive(id: string): FakeRun {
    const run = this.#run(id);
    if (run.scheduler !== 'Adaptive') throw new SourceError('status', 'Flink REST: HTTP 500', 500);
    return run;
  }

  #details(run: FakeRun): RestJobDetails {
    const enteredAt = run.runningAt === null ? {} : { RUNNING: run.runningAt };
    return { ...toJob(run), enteredAt, now: this.now, scheduler: run.scheduler, vertices: run.vertices };
  }

  #overview(): Awaited<ReturnType<FlinkRest['overview']>> {
    const sum = (read: (one: RestTaskManager) => number): number =>
      this.taskManagers.reduce((total, one) => total + read(one), 0);
    return {
      taskManagers: this.taskManagers.length,
      slotsTotal: sum((one) => one.slots),
      slotsFree: sum((one) => one.freeSlots),
      version: this.version,
    };
  }

  #cancel(id: string): void {
    const run = this.#run(id);
    if (['FAILED', 'FINISHED'].includes(run.state)) throw new SourceError('conflict', 'Flink REST: HTTP 409', 409);
    run.state = 'CANCELED';
    run.endedAt = this.now;
  }

  #upload(path: string): string {
    const name = path.split('/').at(-1) ?? path;
    const id = `${this.jarFiles.length}_${name}`;
    this.jarFiles.push({ id, name, uploadedAt: this.now });
    return id;
  }

  #start(jarId: string, request: RunRequest): string {
    if (!this.jarFiles.some((jar) => jar.id === jarId)) throw new SourceError('refused', 'Flink REST: HTTP 400', 400);
    if (this.runs.some((run) => run.id === request.jobId)) {
      throw new SourceError('conflict', 'Flink REST: a job of this id is known already', 400);
    }
    const path = request.savepointPath;
    const restored =
      path === undefined
        ? null
        : { id: Number(/(\d+)$/.exec(path)?.[1] ?? 0), path, restoredAt: this.now, savepoint: true };
    return this.addRun({ id: request.jobId, request, restored }).id;
  }
}

function toJob({ id, name, state, startedAt, endedAt }: FakeRun): RestJob {
  return { id, name, state, startedAt, endedAt };
}

function toCheckpoints(run: FakeRun): RestCheckpoints {
  const completed = run.checkpoints.filter((one) => one.status === 'COMPLETED');
  return {
    counts: {
      completed: completed.length,
      failed: run.checkpoints.filter((one) => one.status === 'FAILED').length,
      inProgress: run.checkpoints.filter((one) => one.status === 'IN_PROGRESS').length,
      restored: run.restored === null ? 0 : 1,
    },
    latest: completed.find((one) => !one.savepoint) ?? null,
    latestSavepoint: completed.find((one) => one.savepoint) ?? null,
    restored: run.restored,
    history: run.checkpoints,
  };
}
