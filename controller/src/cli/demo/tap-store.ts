import type { Remediation } from '../../core/model/remediation.ts';
import type { Store } from '../../store/contract.ts';

/** The same store; `seen` is told of every remediation as it was written. */
export function tapStore(store: Store, seen: (remediation: Remediation) => void): Store {
  const told = <T extends { readonly value: Remediation }>(stored: T): T => {
    seen(stored.value);
    return stored;
  };
  return {
    createRemediation: async (remediation) => told(await store.createRemediation(remediation)),
    updateRemediation: async (next, version) => told(await store.updateRemediation(next, version)),
    listRemediations: () => store.listRemediations(),
    getObservedJob: (namespace, name) => store.getObservedJob(namespace, name),
    listObservedJobs: () => store.listObservedJobs(),
    putObservedJob: (job, version) => store.putObservedJob(job, version),
    close: () => store.close(),
  };
}
