import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionParams, PlatformAction } from '../../controller/src/core/model/action.ts';
import { fresh } from '../../controller/src/core/model/input.ts';
import type { Remediation } from '../../controller/src/core/model/remediation.ts';
import type { RestoreLook, RestorePoint } from '../../controller/src/core/model/restore-point.ts';
import type { Snapshot } from '../../controller/src/core/model/snapshot.ts';
import { silentLog } from '../../controller/src/io/log.ts';
import type { FakeJob, FakeJobOptions } from '../../controller/src/platforms/fake-job.ts';
import { liveRuns } from '../../controller/src/platforms/fake-job.ts';
import { FakePlatform } from '../../controller/src/platforms/fake.ts';
import { Remedy } from '../../controller/src/remedy/remedy.ts';
import type { StartResult } from '../../controller/src/remedy/request.ts';
import type { Store } from '../../controller/src/store/contract.ts';
import { openFileStore } from '../../controller/src/store/file/file-store.ts';
import { memoryStore } from '../../controller/src/store/memory.ts';
import { FakeClock } from '../../controller/src/testing/fake-clock.ts';
import { KEY, TOPOLOGY, healthy } from '../../controller/src/testing/snapshot.ts';

export type StoreKind = 'memory' | 'file';

/** What ends a pretended process. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** What is to be done to which job. */
export interface Order {
  readonly job: FakeJobOptions;
  readonly action: PlatformAction;
  readonly params?: ActionParams;
  readonly maxRewindMs?: number;
  /** Changes the world once the job is there. */
  readonly arrange?: (job: FakeJob) => void;
}

/** One Flink job, one platform, one store that outlive any number of Dreys, in virtual time. */
export class World {
  readonly clock = new FakeClock();
  readonly platform: FakePlatform;
  readonly order: Order;
  readonly points: string[] = [];
  /** Every version of every journal, as it was written. */
  readonly written: Remediation[] = [];
  remedy: Remedy;
  /** Of Dreys that start from now on. */
  controllerId = 'drey-1';
  #crash: (point: string) => void = () => undefined;
  #store: Store;
  readonly #reopen: () => Promise<Store>;
  readonly #dispose: () => Promise<void>;
  #busy = 0;
  #ids = 0;
  #generation = 0;
  /** Replaces what the storage would say. */
  restoreLook: (found: RestoreLook) => RestoreLook = (found) => found;
  /** Fails store calls; may throw. */
  storeFault: (verb: string) => void | Promise<void> = () => undefined;

  /** Store calls that take effect but answer with an error. */
  loseAnswers: (verb: string) => boolean = () => false;

  private constructor(
    order: Order,
    parts: { store: Store; reopen: () => Promise<Store>; dispose: () => Promise<void> },
  ) {
    this.order = order;
    this.platform = new FakePlatform(order.job);
    order.arrange?.(this.job);
    this.#store = parts.store;
    this.#reopen = parts.reopen;
    this.#dispose = parts.dispose;
    this.remedy = this.#newRemedy();
  }

  static async create(order: Order, kind: StoreKind): Promise<World> {
    if (kind === 'memory') {
      const store = memoryStore(new FakeClock());
      return new World(order, { store, reopen: async () => store, dispose: async () => undefined });
    }
    const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    const folder = await mkdtemp(join(base, 'drey-faults-'));
    const open = (): Promise<Store> => openFileStore({ folder, clock: new FakeClock(), log: silentLog });
    let store = await open();
    const reopen = async (): Promise<Store> => {
      await store.close();
      store = await open();
      return store;
    };
    const dispose = async (): Promise<void> => {
      await store.close();
      await rm(folder, { recursive: true });
    };
    return new World(order, { store, reopen, dispose });
  }

  get job(): FakeJob {
    return this.platform.job(KEY);
  }

  get running(): readonly string[] {
    return liveRuns(this.job).map((run) => `${run.state} from ${run.restoredFrom}`);
  }

  /** Lets virtual time pass as far as the work needs it; a crash ends it like any other end. */
  async finish<T>(work: Promise<T>): Promise<T | Crash> {
    const settled = work.catch((error: unknown) => {
      if (error instanceof Crash) return error;
      throw error;
    });
    return this.clock.finish(settled, { busy: () => this.#busy > 0 });
  }

  /** The nth crash point from now ends the process. */
  crashAt(n: number): void {
    let left = n;
    this.crashWhen(() => {
      left -= 1;
      return left < 0;
    });
  }

  crashWhen(hit: (point: string) => boolean): void {
    this.#crash = (point) => {
      if (hit(point)) throw new Crash(point);
    };
  }

  /** A new Drey on the same store; the one before is dead and must not write any more. */
  async restart(crashWhen: (point: string) => boolean = () => false): Promise<void> {
    this.crashWhen(crashWhen);
    this.#generation += 1;
    this.#store = await this.#reopen();
    this.remedy = this.#newRemedy();
    await this.finish(this.remedy.resume().then(() => this.remedy.idle()));
  }

  async start(): Promise<StartResult | Crash> {
    const begun = await this.finish(this.remedy.start(await this.request()));
    await this.finish(this.remedy.idle());
    return begun;
  }

  async request(): Promise<Parameters<Remedy['start']>[0]> {
    const { action, params = {}, maxRewindMs = 600_000 } = this.order;
    const [job] = await this.platform.jobs();
    const at = this.clock.now();
    const symptoms = [{ name: 'JobFailed', at: at - 1000, evidence: 'FAILED' }] as const;
    const base = { at, cause: 'RestartsExhausted', symptoms, inputs: [], detail: 'd' } as const;
    return {
      job: job!,
      decision: { ...base, kind: 'Act', reason: 'RestartsExhausted', action, params, rung: 0, withinMs: 300_000 },
      policyName: 'test',
      maxRewindMs,
      flinkJobId: this.job.runs.at(-1)?.flinkJobId ?? null,
    };
  }

  /** Ticks with snapshots of the world until nothing is open. */
  async prove(ticks = 100): Promise<void> {
    for (let tick = 0; tick < ticks && this.remedy.open().length > 0; tick++) {
      await this.clock.advance(5000, { busy: () => this.#busy > 0 });
      this.remedy.verify([{ snapshot: this.snapshot(), maxLagMs: 30_000 }]);
      await this.finish(this.remedy.idle());
    }
  }

  /** All remediations, oldest first. */
  async remediations(): Promise<readonly Remediation[]> {
    const all = (await this.#store.listRemediations()).map((stored) => stored.value);
    return all.toSorted((a, b) => a.createdAt - b.createdAt || a.name.localeCompare(b.name));
  }

  /** What the sources would say now. */
  snapshot(): Snapshot {
    const { job } = this;
    const at = this.clock.now();
    const run = job.runs.at(-1)!;
    const state = job.jobManager.alive ? run.state : 'FAILED';
    const registered = [...job.taskManagers.values()].filter((process) => process.alive).length;
    const path = run.restoredFrom;
    const vertices = Object.entries(job.parallelism).map(([id, parallelism]) => {
      return { ...TOPOLOGY.vertices[0]!, id, name: id, parallelism };
    });
    return healthy({
      at,
      jobState: fresh({ state, flinkJobId: run.flinkJobId, runningForMs: 1000 }, 'prometheus', 500),
      checkpoints: fresh(
        { completed: 1, failed: 0, inProgress: 0, lastCompletedId: 99, lastCompletedAt: at - 1000, lastDurationMs: 5 },
        'prometheus',
        500,
      ),
      topology: fresh({ ...TOPOLOGY, flinkJobId: run.flinkJobId, vertices }, 'flink-rest', 0),
      taskManagers: fresh({ registered, slotsTotal: registered * 2, slotsFree: 0 }, 'prometheus', 500),
      restoredFrom: fresh(
        {
          flinkJobId: run.flinkJobId,
          startedAt: at - 60_000,
          point: path === null ? null : { path: `file://${path}`, checkpointId: 7, restoredAt: at },
        },
        'flink-rest',
      ),
    });
  }

  /** Writes to the newest remediation past this Drey, as another one would. */
  async overwrite(change: (current: Remediation) => Remediation): Promise<void> {
    const { value, version } = (await this.#store.listRemediations()).at(-1)!;
    await this.#store.updateRemediation(change(value), version);
  }

  async dispose(): Promise<void> {
    await this.#dispose();
  }

  #newRemedy(): Remedy {
    return new Remedy({
      store: this.#watched(this.#store, this.#generation),
      platforms: [this.platform],
      restorePoints: async () => this.restoreLook(this.#restorePoints()),
      clock: this.clock,
      log: silentLog,
      ids: () => String((this.#ids += 1)).padStart(32, '0'),
      controllerId: this.controllerId,
      crash: (point) => {
        this.points.push(point);
        this.#crash(point);
      },
      onChange: (remediation) => this.written.push(remediation),
    });
  }

  /** In the order in which the world holds them: the last is the newest, 5 s apart. */
  #restorePoints(): RestoreLook {
    const points = [...this.job.points.keys()].map((path, index): RestorePoint => {
      const [, , flinkJobId = ''] = path.split('/');
      const completedAt = 1_700_000_000_000 + index * 5000;
      return { kind: 'checkpoint', path, checkpointId: index, flinkJobId, completedAt, level: 'complete' };
    });
    return { points: points.toReversed(), broken: [], newestKnownAt: points.at(-1)?.completedAt ?? null };
  }

  /** Real I/O takes no virtual time, and a dead Drey must not write. */
  #watched(store: Store, generation: number): Store {
    const call = async <T>(verb: string, work: () => Promise<T>): Promise<T> => {
      if (generation !== this.#generation) throw new Error(`a dead Drey called ${verb}`);
      this.#busy += 1;
      try {
        await this.storeFault(verb);
        const answer = await work();
        if (this.loseAnswers(verb)) throw new Error('no answer');
        return answer;
      } finally {
        this.#busy -= 1;
      }
    };
    return {
      createRemediation: (one) => call('create', () => store.createRemediation(one)),
      updateRemediation: (next, version) => call('update', () => store.updateRemediation(next, version)),
      listRemediations: () => call('list', () => store.listRemediations()),
      getObservedJob: (...name) => call('get', () => store.getObservedJob(...name)),
      listObservedJobs: () => call('listJobs', () => store.listObservedJobs()),
      putObservedJob: (job, version) => call('put', () => store.putObservedJob(job, version)),
      close: () => Promise.resolve(),
    };
  }
}
