import { hasEnded, type JobState } from '../../core/model/snapshot.ts';
import type { ScenarioJob } from '../../resources/scenario/job.ts';
import { Checkpoints } from './checkpoints.ts';
import type { Note } from './events.ts';
import type { ActiveFault } from './faults/fault.ts';
import { Flow } from './flow.ts';
import { type Graph, graphOf, hexId } from './graph.ts';
import { JobManager } from './job-manager.ts';
import { type LoadCurve, loadCurve } from './load.ts';
import { createRandom, seedOf } from './random.ts';
import { enter, newRun, type Run, type RunFailure, type StoredCheckpoint } from './run.ts';
import { SourceQueue } from './source-queue.ts';
import { TaskManagers } from './task-managers.ts';

/** Failed checkpoints after which Flink rescales without a new one (its default). */
const RESCALE_AFTER_FAILED = 2;

/** What a job shares with the fleet. */
export interface JobOptions {
  readonly spec: ScenarioJob;
  readonly seed: number;
  readonly note: Note;
  /** Whether one more TaskManager may be started. */
  readonly room: () => boolean;
}

/** One job and its cluster in virtual time: what happens in it, second by second. Writes from outside take effect at `now`. */
export class SimulatedJob {
  readonly spec: ScenarioJob;
  readonly name: string;
  readonly graph: Graph;
  readonly flow: Flow;
  readonly queues: readonly SourceQueue[];
  readonly checkpoints: Checkpoints;
  readonly taskManagers: TaskManagers;
  readonly jobManager: JobManager;
  /** Newest last. Those before a JobManager was lost are not known to the new one. */
  runs: Run[];
  /** Subtasks by vertex, now. */
  parallelism: number[];
  /** Subtasks by vertex that were asked for. */
  wanted: number[];
  readonly faults: ActiveFault[] = [];
  /** Records that arrived during the last second, by source. */
  arrivals: number[];
  now = 0;
  /** When an action stopped the job, until the next start. */
  stoppedAt: number | null = null;
  /** Starts that lost state. */
  stateLosses = 0;
  readonly #loads: readonly LoadCurve[];
  readonly #note: Note;
  /** When it tries to run again; null while it runs or has ended. */
  #resumeAt: number | null = null;
  #failedInARow = 0;

  constructor({ spec, seed, note, room }: JobOptions) {
    this.spec = spec;
    this.name = spec.name;
    this.graph = graphOf(spec);
    const random = (part: string) => createRandom(seedOf(seed, `${spec.name}/${part}`));
    this.flow = new Flow(this.graph, (vertex) => random(`capacity/${vertex}`));
    this.queues = this.graph.sources.map(() => new SourceQueue());
    this.arrivals = this.graph.sources.map(() => 0);
    this.#loads = this.graph.sources.map((index) => {
      const name = this.graph.vertices[index]?.name ?? '';
      return loadCurve(spec.load[name] ?? { shape: 'steps', points: [[0, 0]] }, random(`load/${name}`));
    });
    this.#note = note;
    this.parallelism = this.graph.vertices.map(({ spec: { parallelism } }) => parallelism);
    this.wanted = [...this.parallelism];
    const slots = Math.max(...this.parallelism);
    this.taskManagers = new TaskManagers({
      job: spec.name,
      slots: spec.slotsPerTaskManager,
      count: spec.taskManagers ?? Math.ceil(slots / spec.slotsPerTaskManager),
      startS: spec.downtime.taskManagerStart / 1000,
      room,
    });
    this.jobManager = new JobManager();
    const run = newRun(hexId(`${seed}/${spec.name}/run`), 0, null);
    enter(run, 'RUNNING', 0);
    this.runs = [run];
    const { interval, duration } = spec.checkpoint;
    const settings = { job: spec.name, intervalS: interval / 1000, durationS: duration / 1000 };
    this.checkpoints = new Checkpoints(settings, {
      flinkJobId: run.flinkJobId,
      sources: this.graph.sources.length,
    });
    run.completed = 1;
    const [first] = this.checkpoints.points;
    if (first !== undefined)
      run.history = [{ id: 1, status: 'COMPLETED', triggeredAt: 0, completedAt: 0, path: first.path }];
  }

  /** The newest run. */
  get run(): Run | undefined {
    return this.runs.at(-1);
  }

  get running(): boolean {
    return this.run?.state === 'RUNNING';
  }

  get state(): JobState {
    return this.jobManager.answers ? (this.run?.state ?? 'Gone') : 'Gone';
  }

  get lagS(): number {
    return Math.max(...this.queues.map((queue) => queue.lag()));
  }

  get unread(): number {
    return this.queues.reduce((sum, queue) => sum + queue.unread, 0);
  }

  has(kind: ActiveFault['kind']): boolean {
    return this.faults.some((fault) => fault.kind === kind);
  }

  note(kind: 'jobState' | 'rescaled' | 'restored' | 'taskManager' | 'jobManager', detail: string): void {
    this.#note(this.now, { job: this.name, kind, detail });
  }

  /** The second that begins at `now`. */
  step(): void {
    for (const { pod } of this.taskManagers.step(this.now)) this.note('taskManager', `${pod} is up`);
    if (this.jobManager.step(this.now)) this.note('jobManager', 'the JobManager is up');
    this.#resume();
    for (const [source, queue] of this.queues.entries()) {
      const records = this.#loads[source]?.(this.now) ?? 0;
      this.arrivals[source] = records;
      queue.arrive(records);
    }
    if (this.running) this.#process();
    else this.flow.stop();
    this.now += 1;
  }

  /** Asks for another size. Flink takes it with the next checkpoint, where it has the slots. */
  setWanted(wanted: readonly number[]): void {
    this.wanted = this.graph.vertices.map(({ maxParallelism }, index) =>
      Math.max(1, Math.min(wanted[index] ?? 1, maxParallelism)),
    );
  }

  /** Flink restarts the job by itself, from its last checkpoint. */
  failover(failure: Omit<RunFailure, 'at'>): void {
    const { run } = this;
    if (run === undefined || hasEnded(run.state)) return;
    run.failures = [{ ...failure, at: this.now }, ...run.failures].slice(0, 10);
    // What fails on the way to a start is one restart with it.
    if (run.state !== 'RUNNING') return;
    run.restarts += 1;
    this.#stop(run, this.#restartS());
    this.note('jobState', `restarts: ${failure.message.split('\n')[0] ?? failure.name}`);
  }

  /** Flink gives the job up. */
  fail(failure: Omit<RunFailure, 'at'>): void {
    const { run } = this;
    if (run === undefined || hasEnded(run.state)) return;
    run.failures = [{ ...failure, at: this.now }, ...run.failures].slice(0, 10);
    run.failure = failure.message;
    this.#end(run, 'FAILED');
  }

  /** Ends the run for good, its checkpoints kept. */
  cancel(): void {
    const { run } = this;
    if (run === undefined || hasEnded(run.state)) return;
    this.stoppedAt = this.now;
    this.#end(run, 'CANCELED');
  }

  /** The JobManager is gone and the job with it. */
  loseJobManager(): void {
    const { run } = this;
    if (run !== undefined && !hasEnded(run.state)) this.#end(run, 'FAILED');
    this.runs = [];
    this.jobManager.end();
    this.note('jobManager', 'the JobManager ended');
  }

  /** Starts a run from a point that is there. Answers its id. */
  start(flinkJobId: string, path: string): void {
    const point = this.checkpoints.find(path);
    if (this.runs.some(({ state }) => !hasEnded(state))) throw new Error('a run of the job lives');
    const run = newRun(flinkJobId, this.now, point ?? null);
    this.runs.push(run);
    const from = this.stoppedAt ?? this.now;
    this.stoppedAt = null;
    if (point === undefined || this.has('storageDown')) {
      const reason = point === undefined ? `Cannot find checkpoint or savepoint file ${path}` : 'Connection refused';
      run.failure = reason;
      this.#end(run, 'FAILED');
      return;
    }
    if (point !== this.checkpoints.points[0]) this.stateLosses += 1;
    this.#restore(point);
    this.#resumeAt = Math.max(this.now, from + this.spec.downtime.redeploy / 1000);
    this.note('restored', `starts from chk-${point.id}`);
  }

  #process(): void {
    const stuck = this.taskManagers.stuckSubtasks(this.parallelism);
    this.#takeCheckpoint(stuck.some((count) => count > 0));
    if (!this.running) return this.flow.stop();
    const unread = this.queues.map((queue) => queue.unread);
    const reads = this.flow.run({ parallelism: this.parallelism, stuck, unread });
    for (const [source, queue] of this.queues.entries()) queue.read(reads[source] ?? 0);
  }

  /** At the beginning of a second: what begins here holds nothing of it. */
  #takeCheckpoint(hangs: boolean): void {
    const { run } = this;
    if (run === undefined) return;
    const fails = this.has('checkpointFailing') || this.has('storageDown');
    const positions = this.queues.map((queue) => queue.position);
    this.checkpoints.step({ run, now: this.now, positions, trouble: hangs ? 'hang' : fails ? 'fail' : null });
    const outcome = this.checkpoints.takeOutcome();
    if (outcome === null) return;
    this.#failedInARow = outcome === 'failed' ? this.#failedInARow + 1 : 0;
    if (outcome === 'completed') {
      const oldest = this.checkpoints.oldestPositions();
      for (const [source, queue] of this.queues.entries()) queue.forget(oldest[source] ?? 0);
    }
    if (outcome === 'completed' || this.#failedInARow >= RESCALE_AFTER_FAILED) this.#rescale(run);
  }

  /** In place, where the size that was asked for, as far as there are slots, is another one. */
  #rescale(run: Run): void {
    if (this.spec.schedulerMode !== 'in-place') return;
    const fitted = this.#fitted();
    if (fitted.every((p, index) => p === this.parallelism[index])) return;
    run.restarts += 1;
    run.rescales += 1;
    this.#stop(run, this.spec.downtime.inPlace / 1000);
    this.note('rescaled', `${this.parallelism.join('/')} to ${fitted.join('/')} subtasks`);
  }

  #fitted(): number[] {
    return this.wanted.map((p) => Math.max(1, Math.min(p, this.taskManagers.slots)));
  }

  #restartS(): number {
    const { inPlace, redeploy } = this.spec.downtime;
    return (this.spec.schedulerMode === 'in-place' ? inPlace : redeploy) / 1000;
  }

  /** Sources go back to the last completed checkpoint. */
  #stop(run: Run, seconds: number): void {
    enter(run, 'RESTARTING', this.now);
    this.checkpoints.stop(run, this.now);
    const [point] = this.checkpoints.points;
    if (point !== undefined) {
      this.#restore(point);
      run.restored = { id: point.id, path: point.path, at: this.now };
    }
    this.#resumeAt = this.now + seconds;
  }

  #restore(point: StoredCheckpoint): void {
    for (const [source, queue] of this.queues.entries()) queue.rewind(point.positions[source] ?? 0);
    this.checkpoints.restored(Math.max(...this.checkpoints.points.map(({ id }) => id)));
  }

  #end(run: Run, state: 'FAILED' | 'CANCELED'): void {
    this.checkpoints.stop(run, this.now);
    const [newest] = this.checkpoints.points;
    if (newest !== undefined) this.#restore(newest);
    enter(run, state, this.now);
    this.#resumeAt = null;
    this.note(
      'jobState',
      state === 'FAILED' ? `FAILED: ${(run.failure ?? 'the JobManager is gone').split('\n')[0]}` : state,
    );
  }

  #resume(): void {
    const { run } = this;
    if (run === undefined || this.#resumeAt === null || this.now < this.#resumeAt) return;
    const { slots } = this.taskManagers;
    const needed = this.spec.schedulerMode === 'in-place' ? 1 : Math.max(...this.wanted);
    // A restart reads its checkpoint: without the storage it is tried again and again.
    if (slots < needed || this.has('storageDown')) return;
    this.parallelism = this.#fitted();
    this.#resumeAt = null;
    this.#failedInARow = 0;
    enter(run, 'RUNNING', this.now);
    this.checkpoints.running(this.now);
    this.note('jobState', `RUNNING with ${this.parallelism.join('/')} subtasks`);
  }
}
