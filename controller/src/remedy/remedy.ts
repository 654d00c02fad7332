import type { JobKey, PlatformName } from '../core/model/job-key.ts';
import type { ObservedJob } from '../core/model/observed-job.ts';
import { isClosed } from '../core/model/remediation.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Clock } from '../io/clock.ts';
import { KeyedMutex } from '../io/keyed-mutex.ts';
import type { Log } from '../io/log.ts';
import type { Platform } from '../platforms/contract.ts';
import { remediationNumber } from '../resources/objects/names.ts';
import type { Store, Stored } from '../store/contract.ts';
import { close, execute } from './execute.ts';
import { checkpointAfter, lagAfter } from './expectations.ts';
import { Journal, JournalTaken } from './journal.ts';
import { judge } from './judge.ts';
import { Life } from './life.ts';
import { ObservedJobs } from './observed-jobs.ts';
import type { JobIdentity, ObservedJobChange } from './observed-jobs.ts';
import { begin } from './begin.ts';
import type { StartRequest, StartResult } from './request.ts';
import { takeUp } from './resume.ts';
import { Drained } from './step.ts';
import { TIMING, messageOf } from './tools.ts';
import type { Timing, Tools } from './tools.ts';

/** What the remedy is built from. */
export interface RemedyOptions {
  readonly store: Store;
  readonly platforms: readonly Platform[];
  readonly restorePoints: Tools['restorePoints'];
  readonly clock: Clock;
  readonly log: Log;
  /** New identities: 32 hex digits. */
  readonly ids: () => string;
  /** Install id of this Drey. */
  readonly controllerId: string;
  /** Called before and after each outside write; a throw ends this instance there, as the process's end would. */
  readonly crash?: (point: string) => void;
  readonly onChange?: (remediation: Remediation) => void;
  readonly timing?: Partial<Timing>;
}

/** One job as a tick sees it. */
export interface VerifyLook {
  readonly snapshot: Snapshot;
  /** The policy's lag objective; null where none is in force. */
  readonly maxLagMs: number | null;
}

interface Open {
  journal: Journal;
  firstLagMs: number | null;
  firstCheckpointId: number | null;
  readonly notBefore: number;
  closing: boolean;
}

const RESUME_GRACE_MS = 60_000;
const RETRIES = 5;
const AGAIN_MS = 1000;

/**
 * The only code that acts. It writes each action down before doing it, does it, and judges it afterwards. Call
 * `resume` once before anything else.
 */
export class Remedy {
  readonly #options: RemedyOptions;
  readonly #tools: Tools;
  readonly #open = new Map<string, Open>();
  readonly #background = new Set<Promise<void>>();
  readonly #starts = new KeyedMutex();

  constructor(options: RemedyOptions) {
    const { store, clock, log, controllerId, restorePoints } = options;
    this.#options = options;
    this.#tools = {
      store,
      clock,
      log,
      controllerId,
      restorePoints,
      platforms: new Map(options.platforms.map((one): [PlatformName, Platform] => [one.name, one])),
      timing: { ...TIMING, ...options.timing },
      life: new Life(options.crash ?? (() => undefined)),
      observed: new ObservedJobs({ store, clock, controllerId }),
      onChange: (remediation) => options.onChange?.(remediation),
    };
  }

  /** Loads what is remembered and goes on, in the background, with what an earlier process left open. */
  async resume(): Promise<void> {
    await this.#tools.observed.load();
    for (const stored of await this.#tools.store.listRemediations()) {
      if (isClosed(stored.value)) continue;
      const open = this.#adopt(stored, this.#tools.clock.now() + RESUME_GRACE_MS);
      this.#spawn(open, () => takeUp(open.journal, this.#tools));
    }
  }

  /**
   * Plans, writes down and, in the background, carries out one action. At most one open a job. Rejects when the store
   * fails: then nothing was done.
   */
  async start(request: StartRequest): Promise<StartResult> {
    return this.#starts.run(request.job.key, async () => {
      const open = this.openOf(request.job.key) ?? (await this.#storedOpen(request.job.key));
      if (open !== null) {
        return { ok: false, reason: 'InFlight', detail: `${open.name} is ${open.status.phase}`, page: false };
      }
      const began = await begin(request, { tools: this.#tools, ids: this.#options.ids });
      if (!began.ok) return began;
      const entry = this.#adopt(began.stored, 0);
      const run = { journal: entry.journal, platform: began.platform, job: request.job };
      this.#tools.onChange(entry.journal.remediation);
      this.#spawn(entry, () => execute(run, this.#tools));
      return { ok: true, remediation: entry.journal.remediation };
    });
  }

  /** Judges what waits for proof by this tick's snapshots. Verdicts are written in the background. */
  verify(looks: readonly VerifyLook[]): void {
    const byKey = new Map(looks.map((look) => [look.snapshot.key, look]));
    for (const open of this.#open.values()) {
      const { remediation } = open.journal;
      if (open.closing || remediation.status.phase !== 'Verifying') continue;
      const look = byKey.get(remediation.spec.job);
      const snapshot = look?.snapshot ?? null;
      if (snapshot !== null) {
        open.firstLagMs ??= lagAfter(remediation, snapshot);
        open.firstCheckpointId ??= checkpointAfter(remediation, snapshot);
      }
      const { firstLagMs, firstCheckpointId, notBefore } = open;
      const now = this.#tools.clock.now();
      const { phase, detail } = judge({
        remediation,
        snapshot,
        now,
        maxLagMs: look?.maxLagMs ?? null,
        firstLagMs,
        firstCheckpointId,
        notBefore,
      });
      if (phase === 'Verifying') continue;
      open.closing = true;
      this.#spawn(open, () => close(open, { phase, outcome: detail, verification: detail }, this.#tools));
    }
  }

  /** Everything that is not closed. */
  open(): readonly Remediation[] {
    return [...this.#open.values()].map((open) => open.journal.remediation);
  }

  openOf(job: JobKey): Remediation | null {
    return this.open().find((one) => one.spec.job === job) ?? null;
  }

  /** Closed ones by job, newest first, with one look at the store: for a tick over the fleet. */
  async histories(): Promise<ReadonlyMap<JobKey, readonly Remediation[]>> {
    const stored = await this.#tools.store.listRemediations();
    const byJob = new Map<JobKey, Remediation[]>();
    for (const { value } of stored) {
      if (!isClosed(value)) continue;
      const mine = byJob.get(value.spec.job);
      if (mine === undefined) byJob.set(value.spec.job, [value]);
      else mine.push(value);
    }
    for (const mine of byJob.values()) mine.sort(newestFirst);
    return byJob;
  }

  /** What is remembered of a job; null when it was never remembered. */
  memory(job: JobKey): ObservedJob | null {
    return this.#tools.observed.get(job);
  }

  /** See `ObservedJobs.remember`. */
  async remember(job: JobIdentity, change: ObservedJobChange): Promise<ObservedJob> {
    this.#tools.life.check();
    return this.#tools.observed.remember(job, change);
  }

  /**
   * Starts nothing new and waits, at most `boundMs`, until no job is between stop and start; then ends. What is left
   * open goes on after the next start. Returns what was still being carried out at the bound.
   */
  async drain(boundMs: number): Promise<readonly Remediation[]> {
    const { life, clock, observed, log } = this.#tools;
    life.draining = true;
    const finished = new AbortController();
    const bound = clock.sleep(boundMs, finished.signal);
    await Promise.race([this.idle(), bound]);
    finished.abort();
    const left = this.open().filter((one) => one.status.phase === 'Planned' || one.status.phase === 'Executing');
    life.end();
    await this.idle();
    await observed.flush().catch((error: unknown) => {
      log.warn('what is remembered could not be written', { problem: messageOf(error) });
    });
    return left;
  }

  /** Resolves when nothing is going on in the background. */
  async idle(): Promise<void> {
    while (this.#background.size > 0) await Promise.allSettled(this.#background);
  }

  #adopt(stored: Stored<Remediation>, notBefore: number): Open {
    const open = {
      journal: new Journal(stored, this.#tools),
      firstLagMs: null,
      firstCheckpointId: null,
      notBefore,
      closing: false,
    };
    this.#open.set(nameOf(stored.value), open);
    return open;
  }

  async #storedOpen(job: JobKey): Promise<Remediation | null> {
    const stored = await this.#tools.store.listRemediations();
    return stored.map((one) => one.value).find((one) => one.spec.job === job && !isClosed(one)) ?? null;
  }

  #spawn(open: Open, work: () => Promise<void>): void {
    const task = this.#guard(open, work).finally(() => {
      this.#background.delete(task);
    });
    this.#background.add(task);
  }

  /** Nothing thrown is lost, and every way out leaves a journal that a resume understands. */
  async #guard(open: Open, work: () => Promise<void>): Promise<void> {
    let next: (() => Promise<void>) | null = work;
    for (let failures = 0; next !== null; failures++) {
      try {
        await next();
        break;
      } catch (error) {
        next = await this.#recover(open, error, failures);
      }
    }
    open.closing = false;
    const { remediation } = open.journal;
    if (isClosed(remediation)) this.#open.delete(nameOf(remediation));
  }

  /** What to do after a throw; null when nothing is left to do. */
  async #recover(open: Open, error: unknown, failures: number): Promise<(() => Promise<void>) | null> {
    const { life, log, clock } = this.#tools;
    if (life.signal.aborted) return null;
    if (error instanceof Drained) {
      return () => close(open, { phase: 'Superseded', outcome: error.message }, this.#tools);
    }
    const problem = messageOf(error);
    log.warn('a remediation was interrupted', { remediation: open.journal.remediation.name, problem, error });
    if (failures > RETRIES) return null;
    await clock.sleep(AGAIN_MS, life.signal);
    if (error instanceof JournalTaken) return () => this.#reread(open);
    if (failures < RETRIES) return () => takeUp(open.journal, this.#tools);
    return () => close(open, { phase: 'Failed', outcome: `unexpected: ${problem}` }, this.#tools);
  }

  /** The journal as somebody else left it is judged anew; one that is gone is forgotten. */
  async #reread(open: Open): Promise<void> {
    const name = nameOf(open.journal.remediation);
    const stored = await this.#tools.store.listRemediations();
    const found = stored.find((one) => nameOf(one.value) === name);
    if (found === undefined) {
      this.#open.delete(name);
      return;
    }
    open.journal = new Journal(found, this.#tools);
    if (!isClosed(found.value)) await takeUp(open.journal, this.#tools);
  }
}

function newestFirst(a: Remediation, b: Remediation): number {
  const n = (one: Remediation): number => remediationNumber(one.name.replace(/-\d+$/, ''), one.name) ?? 0;
  return b.createdAt - a.createdAt || n(b) - n(a);
}

function nameOf({ namespace, name }: Remediation): string {
  return `${namespace}/${name}`;
}
