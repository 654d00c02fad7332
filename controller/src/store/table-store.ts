import type { ObservedJob } from '../core/model/observed-job.ts';
import { isClosed } from '../core/model/remediation.ts';
import type { Remediation } from '../core/model/remediation.ts';
import type { Clock } from '../io/clock.ts';
import type { Store, Stored } from './contract.ts';
import type { ObjectTable } from './object-table.ts';
import { outdated } from './retention.ts';

/** One table a kind. */
export interface Tables {
  readonly remediations: ObjectTable<Remediation>;
  readonly observedJobs: ObjectTable<ObservedJob>;
}

/** The store over tables of one process: in memory, or with files behind them. */
export class TableStore implements Store {
  readonly #tables: Tables;
  readonly #clock: Clock;
  readonly #onClose: () => Promise<void>;
  #closed = false;

  constructor(tables: Tables, clock: Clock, onClose: () => Promise<void>) {
    this.#tables = tables;
    this.#clock = clock;
    this.#onClose = onClose;
  }

  async createRemediation(remediation: Remediation): Promise<Stored<Remediation>> {
    this.#check();
    return this.#tables.remediations.create(remediation, remediation.createdAt);
  }

  async updateRemediation(next: Remediation, version: string): Promise<Stored<Remediation>> {
    this.#check();
    const stored = await this.#tables.remediations.replace(next, version, (current) => {
      const approval = current.spec.approval ?? next.spec.approval;
      const spec = approval === undefined ? current.spec : { ...current.spec, approval };
      const specChanged = approval !== undefined && current.spec.approval === undefined;
      return { value: { ...current, spec, status: next.status }, specChanged };
    });
    if (isClosed(stored.value)) await this.prune(next.spec.job);
    return stored;
  }

  async listRemediations(): Promise<readonly Stored<Remediation>[]> {
    return this.#tables.remediations.list();
  }

  async getObservedJob(namespace: string, name: string): Promise<Stored<ObservedJob> | undefined> {
    return this.#tables.observedJobs.get({ namespace, name });
  }

  async listObservedJobs(): Promise<readonly Stored<ObservedJob>[]> {
    return this.#tables.observedJobs.list();
  }

  async putObservedJob(job: ObservedJob, version: string | null): Promise<Stored<ObservedJob>> {
    this.#check();
    if (version === null) return this.#tables.observedJobs.create(job, this.#clock.now());
    return this.#tables.observedJobs.replace(job, version, () => ({ value: job, specChanged: false }));
  }

  /** Removes what retention lets go, of one job or of all. */
  async prune(job?: string): Promise<void> {
    const values = this.#tables.remediations.list().map((stored) => stored.value);
    const mine = job === undefined ? values : values.filter((one) => one.spec.job === job);
    for (const old of outdated(mine, this.#clock.now())) await this.#tables.remediations.remove(old);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#onClose();
  }

  #check(): void {
    if (this.#closed) throw new Error('the store is closed');
  }
}
