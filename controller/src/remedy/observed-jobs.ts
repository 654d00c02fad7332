import { isDeepStrictEqual } from 'node:util';
import type { JobKey, JobRef } from '../core/model/job-key.ts';
import type { ObservedJob } from '../core/model/observed-job.ts';
import type { Clock } from '../io/clock.ts';
import { KeyedMutex } from '../io/keyed-mutex.ts';
import { observedJobName } from '../resources/objects/names.ts';
import { StoreConflict } from '../store/contract.ts';
import type { Store, Stored } from '../store/contract.ts';

/** Changes that nobody acts on at once are written this seldom for each job, ms. */
const SELDOM_MS = 60_000;
const TRIES = 3;

/** What names a job. */
export interface JobIdentity {
  readonly ref: JobRef;
  readonly key: JobKey;
}

/** Makes the next value from the current one; may be called again after a conflict. */
export type ObservedJobChange = (current: ObservedJob) => ObservedJob;

interface Entry {
  /** As known now: may be ahead of the store by what is written seldom. */
  value: ObservedJob;
  stored: Stored<ObservedJob> | null;
}

/** What Drey remembers of its jobs: read from memory, written when it matters. */
export class ObservedJobs {
  readonly #entries = new Map<JobKey, Entry>();
  readonly #mutex = new KeyedMutex();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #controllerId: string;

  constructor(options: { readonly store: Store; readonly clock: Clock; readonly controllerId: string }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#controllerId = options.controllerId;
  }

  /** Reads everything once, before anything else is called. */
  async load(): Promise<void> {
    for (const stored of await this.#store.listObservedJobs()) {
      this.#entries.set(stored.value.key, { value: stored.value, stored });
    }
  }

  get(key: JobKey): ObservedJob | null {
    return this.#entries.get(key)?.value ?? null;
  }

  /**
   * Changes what is remembered. Written at once when a person or a restart would act on it (page, unusable points,
   * number of remediations, kind and reason of the decision, a rule that is not true any more); the rest at most once a minute a job. Rejects when the
   * store fails; what was remembered stays.
   */
  async remember(job: JobIdentity, change: ObservedJobChange): Promise<ObservedJob> {
    return this.#mutex.run(job.key, async () => {
      const entry = this.#entry(job);
      entry.value = change(entry.value);
      const due = entry.stored === null || entry.value.updatedAt + SELDOM_MS <= this.#clock.now();
      const differs = entry.stored === null || !isDeepStrictEqual(entry.value, entry.stored.value);
      if (differs && (due || matters(entry.value, entry.stored?.value))) await this.#write(entry, change);
      return entry.value;
    });
  }

  /** Writes what was not written yet. */
  async flush(): Promise<void> {
    for (const [key, entry] of this.#entries) {
      await this.#mutex.run(key, async () => {
        if (!isDeepStrictEqual(entry.value, entry.stored?.value)) await this.#write(entry, () => entry.value);
      });
    }
  }

  #entry({ ref, key }: JobIdentity): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const value: ObservedJob = {
      name: observedJobName(ref, key),
      namespace: ref.namespace,
      key,
      controller: this.#controllerId,
      remediations: 0,
      newestRestorePoint: null,
      unusablePoints: [],
      capacities: [],
      ruleCounts: {},
      updatedAt: this.#clock.now(),
      page: null,
      lastDecision: null,
    };
    const entry = { value, stored: null };
    this.#entries.set(key, entry);
    return entry;
  }

  async #write(entry: Entry, change: ObservedJobChange): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        const next = { ...entry.value, updatedAt: this.#clock.now() };
        entry.stored = await this.#store.putObservedJob(next, entry.stored?.version ?? null);
        entry.value = next;
        return;
      } catch (error) {
        if (!(error instanceof StoreConflict) || tries === TRIES) throw error;
        const { namespace, name } = entry.value;
        entry.stored = (await this.#store.getObservedJob(namespace, name)) ?? null;
        if (entry.stored !== null) entry.value = change(entry.stored.value);
      }
    }
  }
}

function matters(now: ObservedJob, before: ObservedJob | undefined): boolean {
  return (
    now.remediations !== before?.remediations ||
    now.page?.cause !== before.page?.cause ||
    now.lastDecision?.kind !== before.lastDecision?.kind ||
    now.lastDecision?.reason !== before.lastDecision?.reason ||
    !isDeepStrictEqual(now.unusablePoints, before.unusablePoints) ||
    wasInterrupted(now, before)
  );
}

/** A rule whose count ended since it was written would go on with it after a restart, as if nothing had been between. */
function wasInterrupted({ ruleCounts }: ObservedJob, before: ObservedJob): boolean {
  return Object.entries(before.ruleCounts).some(([name, { since }]) => ruleCounts[name]?.since !== since);
}
