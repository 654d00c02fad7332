import type { CheckpointRecord, Run, StoredCheckpoint } from './run.ts';

/** Points kept on storage, over all runs. */
const KEPT = 5;
const HISTORY = 10;

/** How checkpoints are taken. Seconds. */
export interface CheckpointSettings {
  readonly job: string;
  readonly intervalS: number;
  readonly durationS: number;
}

/** A second in the life of a running job. */
export interface CheckpointSecond {
  readonly run: Run;
  readonly now: number;
  readonly positions: readonly number[];
  /** None can complete; `hang`: its barriers wait in front of a subtask that takes nothing. */
  readonly trouble: 'fail' | 'hang' | null;
}

/** Takes the checkpoints of a job and keeps what completed. */
export class Checkpoints {
  readonly #settings: CheckpointSettings;
  /** Newest first. */
  #points: StoredCheckpoint[];
  #nextAt: number;
  #nextId = 2;
  #current: { record: CheckpointRecord; positions: readonly number[]; triggers: string[] } | null = null;
  /** Ended since `takeOutcome` was last asked. */
  #outcome: 'completed' | 'failed' | null = null;

  /** At the start one has just completed. */
  constructor(settings: CheckpointSettings, first: { readonly flinkJobId: string; readonly sources: number }) {
    this.#settings = settings;
    this.#nextAt = settings.intervalS;
    const positions = Array.from({ length: first.sources }, () => 0);
    this.#points = [this.#stored({ id: 1, flinkJobId: first.flinkJobId, completedAt: 0, positions })];
  }

  /** Newest first. */
  get points(): readonly StoredCheckpoint[] {
    return this.#points;
  }

  get inProgress(): number {
    return this.#current === null ? 0 : 1;
  }

  /** Position of each source that nobody can go back behind. */
  oldestPositions(): readonly number[] {
    const [first = [], ...others] = this.#points.map(({ positions }) => positions);
    return first.map((position, source) => Math.min(position, ...others.map((one) => one[source] ?? 0)));
  }

  /** What ended in this second. */
  takeOutcome(): 'completed' | 'failed' | null {
    const outcome = this.#outcome;
    this.#outcome = null;
    return outcome;
  }

  /** One more second of a RUNNING job. */
  step(second: CheckpointSecond): void {
    this.#finish(second);
    const asked = [...second.run.triggers].some(([, state]) => state === null);
    if (this.#current === null && (second.now >= this.#nextAt || asked)) this.#begin(second);
  }

  /** The job stops: what is under way is lost; the next one comes an interval after the job runs again. */
  stop(run: Run, now: number): void {
    this.#nextAt = Number.POSITIVE_INFINITY;
    if (this.#current === null) return;
    this.#fail(run, now);
    this.#outcome = null;
  }

  /** The job runs (again). */
  running(now: number): void {
    this.#nextAt = now + this.#settings.intervalS;
  }

  /** Numbers go on from the point that a run was restored from. */
  restored(id: number): void {
    this.#nextId = id + 1;
  }

  find(path: string): StoredCheckpoint | undefined {
    return this.#points.find((point) => point.path === path);
  }

  /** A point is taken away from storage. */
  lose(path: string): void {
    this.#points = this.#points.filter((point) => point.path !== path);
  }

  #begin({ run, now, positions }: CheckpointSecond): void {
    const triggers = [...run.triggers].flatMap(([id, state]) => (state === null ? [id] : []));
    const record: CheckpointRecord = {
      id: this.#nextId,
      status: 'IN_PROGRESS',
      triggeredAt: now,
      completedAt: null,
      path: null,
    };
    this.#nextId += 1;
    this.#nextAt = now + this.#settings.intervalS;
    this.#current = { record, positions: [...positions], triggers };
    run.history = [record, ...run.history].slice(0, HISTORY);
  }

  #finish({ run, now, trouble }: CheckpointSecond): void {
    const { current } = { current: this.#current };
    if (current === null || trouble === 'hang') return;
    if (now < current.record.triggeredAt + this.#settings.durationS) return;
    if (trouble === 'fail') return this.#fail(run, now);
    const { record, positions, triggers } = current;
    const point = this.#stored({ id: record.id, flinkJobId: run.flinkJobId, completedAt: now, positions });
    record.status = 'COMPLETED';
    record.completedAt = now;
    record.path = point.path;
    run.completed += 1;
    for (const id of triggers) run.triggers.set(id, record.id);
    this.#points = [point, ...this.#points].slice(0, KEPT);
    this.#current = null;
    this.#outcome = 'completed';
  }

  #fail(run: Run, now: number): void {
    if (this.#current === null) return;
    this.#current.record.status = 'FAILED';
    this.#current.record.completedAt = now;
    run.failed += 1;
    for (const id of this.#current.triggers) run.triggers.set(id, 'failed');
    this.#current = null;
    this.#outcome = 'failed';
  }

  #stored(point: Omit<StoredCheckpoint, 'path'>): StoredCheckpoint {
    return { ...point, path: `${checkpointDir(this.#settings.job)}/${point.flinkJobId}/chk-${point.id}` };
  }
}

/** Folder of the checkpoints of a job, and of no other. */
export function checkpointDir(job: string): string {
  return `file:/simulated/${job}/checkpoints`;
}
