import type { ObservedJob } from '../core/model/observed-job.ts';
import type { Remediation } from '../core/model/remediation.ts';

/** An object with the version it was read at. */
export interface Stored<T> {
  readonly value: T;
  readonly version: string;
}

/** Another writer was faster: read again and decide again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}

/** Where the journal lives. A write that returned survives a crash; one that did not return happened whole or not at all. */
export interface Store {
  /** Throws `StoreConflict` when the name is taken: two leaders can't create one remediation. */
  createRemediation(remediation: Remediation): Promise<Stored<Remediation>>;
  /** Replaces the status only; spec is immutable but for an approval set once. Throws `StoreConflict`. */
  updateRemediation(next: Remediation, version: string): Promise<Stored<Remediation>>;
  listRemediations(): Promise<readonly Stored<Remediation>[]>;
  getObservedJob(namespace: string, name: string): Promise<Stored<ObservedJob> | undefined>;
  listObservedJobs(): Promise<readonly Stored<ObservedJob>[]>;
  /** Creates without version, else replaces. Throws `StoreConflict`. */
  putObservedJob(job: ObservedJob, version: string | null): Promise<Stored<ObservedJob>>;
  close(): Promise<void>;
}
