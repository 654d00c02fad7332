/** A TaskManager of a cluster. Instants are virtual seconds. */
export interface TaskManager {
  readonly pod: string;
  /** Of its start: the key of the step that did it, or its number. */
  readonly identity: string;
  /** `waiting`: for room in the cluster. */
  state: 'waiting' | 'starting' | 'running' | 'ended';
  readonly startedAt: number;
  readyAt: number;
  /** Lives, and processes nothing. */
  stuck: boolean;
}

/** What a cluster's TaskManagers must know of the rest. */
export interface TaskManagerOptions {
  readonly job: string;
  readonly slots: number;
  readonly count: number;
  /** Seconds until a new one has its slots. */
  readonly startS: number;
  /** Whether one more may be started in the cluster of all jobs. */
  readonly room: () => boolean;
}

/** The TaskManagers that a cluster shall have, in the order of their start. */
export class TaskManagers {
  readonly slotsEach: number;
  readonly #options: TaskManagerOptions;
  #all: TaskManager[];
  #starts = 0;
  /** Running or starting, summed up over the seconds. */
  seconds = 0;

  constructor(options: TaskManagerOptions) {
    this.#options = options;
    this.slotsEach = options.slots;
    this.#all = Array.from({ length: options.count }, (_, index) => this.#made(this.podName(index), 0));
    for (const one of this.#all) one.state = 'running';
  }

  get all(): readonly TaskManager[] {
    return this.#all;
  }

  podName(index: number): string {
    return `${this.#options.job}-taskmanager-${index}`;
  }

  get(pod: string): TaskManager | undefined {
    return this.#all.find((one) => one.pod === pod);
  }

  /** Registered ones. */
  get running(): readonly TaskManager[] {
    return this.#all.filter(({ state }) => state === 'running');
  }

  /** Running or starting. */
  get alive(): readonly TaskManager[] {
    return this.#all.filter(({ state }) => state === 'running' || state === 'starting');
  }

  get slots(): number {
    return this.running.length * this.slotsEach;
  }

  /** Starts one, in place of any other of this name. */
  start(pod: string, at: { readonly now: number; readonly identity?: string; readonly startS?: number }): void {
    const made = this.#made(pod, at.now, at.identity);
    made.state = this.#options.room() ? 'starting' : 'waiting';
    made.readyAt = at.now + (at.startS ?? this.#options.startS);
    const index = this.#all.findIndex((one) => one.pod === pod);
    if (index < 0) this.#all.push(made);
    else this.#all[index] = made;
  }

  /** Ends one for good. */
  end(pod: string): void {
    const one = this.get(pod);
    if (one !== undefined) one.state = 'ended';
  }

  /** The cluster no longer has it. */
  remove(pod: string): void {
    this.#all = this.#all.filter((one) => one.pod !== pod);
  }

  /** Those that came up in this second. */
  step(now: number): readonly TaskManager[] {
    const up: TaskManager[] = [];
    for (const one of this.#all) {
      if (one.state === 'waiting' && this.#options.room()) {
        one.state = 'starting';
        one.readyAt = now + this.#options.startS;
      }
      if (one.state === 'starting' && one.readyAt <= now) {
        one.state = 'running';
        up.push(one);
      }
      if (one.state === 'running' || one.state === 'starting') this.seconds += 1;
    }
    return up;
  }

  /** Slots are given out in the order of the TaskManagers: by vertex, how many of its subtasks sit on stuck ones. */
  stuckSubtasks(parallelism: readonly number[]): readonly number[] {
    const { running, slotsEach } = this;
    if (!running.some(({ stuck }) => stuck)) return parallelism.map(() => 0);
    return parallelism.map((p) =>
      running.reduce((sum, one, index) => {
        const here = Math.max(0, Math.min(slotsEach, p - index * slotsEach));
        return one.stuck ? sum + here : sum;
      }, 0),
    );
  }

  /** The newest whose slots a job of so many slots leaves free. */
  free(slotsUsed: number): TaskManager | undefined {
    const { running } = this;
    const used = Math.ceil(slotsUsed / this.slotsEach);
    return running.length > used ? running.at(-1) : undefined;
  }

  #made(pod: string, now: number, identity?: string): TaskManager {
    this.#starts += 1;
    return {
      pod,
      identity: identity ?? `${pod}@${this.#starts}`,
      state: 'starting',
      startedAt: now,
      readyAt: now,
      stuck: false,
    };
  }
}
