import { join } from 'node:path';
import type { Clock } from '../../io/clock.ts';
import type { Log } from '../../io/log.ts';
import { lockState } from '../../io/state-lock.ts';
import { observedJobCodec } from '../../resources/objects/observed-job.ts';
import { remediationCodec } from '../../resources/objects/remediation.ts';
import type { Store } from '../contract.ts';
import { ObjectTable } from '../object-table.ts';
import { TableStore } from '../table-store.ts';
import { ObjectFolder } from './object-folder.ts';

/** What the file store is built from. */
export interface FileStoreOptions {
  /** STATE: created where missing, used by one process at a time. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the store over `STATE/{remediations,observedjobs}/NAMESPACE/NAME.json`. The files are read once: while the
 * lock is held nobody else writes them. Throws `StateLocked` when another process holds the folder.
 */
export async function openFileStore({ folder, clock, log }: FileStoreOptions): Promise<Store> {
  const lock = await lockState(join(folder, 'lock'), clock);
  try {
    const remediationFiles = new ObjectFolder({
      folder: join(folder, 'remediations'),
      codec: remediationCodec,
      clock,
      log,
    });
    const jobFiles = new ObjectFolder({ folder: join(folder, 'observedjobs'), codec: observedJobCodec, clock, log });
    const remediations = new ObjectTable(remediationFiles);
    const observedJobs = new ObjectTable(jobFiles);
    remediations.load(await remediationFiles.load());
    observedJobs.load(await jobFiles.load());
    const store = new TableStore({ remediations, observedJobs }, clock, () => lock.release());
    await store.prune();
    return store;
  } catch (error) {
    await lock.release();
    throw error;
  }
}
