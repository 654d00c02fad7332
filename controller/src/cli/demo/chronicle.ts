import type { Remediation } from '../../core/model/remediation.ts';
import { isClosed } from '../../core/model/remediation.ts';
import type { ApiModel } from '../../report/api-model.ts';
import type { SimulatedFleet } from '../../simulate/contract.ts';
import { decisionEvent, decisionIdentity, fleetEvent, remediationEvent } from './events.ts';
import type { DemoEvent } from './frame.ts';

/** A demo may run for days. */
const KEPT = 2000;

/** What happened of late, in the order in which it did. */
export class Chronicle {
  #events: DemoEvent[] = [];
  readonly #said = new Map<string, string>();
  readonly #phases = new Map<string, string>();
  #fleetSeen = 0;
  #taken = 0;

  /** Oldest first. */
  get events(): readonly DemoEvent[] {
    return this.#events;
  }

  /** Those that were not taken yet. */
  take(): readonly DemoEvent[] {
    const fresh = this.#events.slice(this.#taken);
    this.#taken = this.#events.length;
    return fresh;
  }

  /** A remediation as it was just written. */
  written(remediation: Remediation, now: number): void {
    const { name, status, spec } = remediation;
    if (this.#phases.get(name) === status.phase) return;
    this.#phases.set(name, status.phase);
    const event = remediationEvent(remediation, now, jobName(spec.job));
    if (event !== null) this.#events.push(event);
    if (isClosed(remediation)) this.#phases.delete(name);
  }

  /** Looks for what is new with the jobs and with what Drey says of them. */
  look(fleet: Pick<SimulatedFleet, 'eventsAfter' | 'faults'>, api: ApiModel | undefined): void {
    for (const event of fleet.eventsAfter(this.#fleetSeen)) {
      this.#fleetSeen = event.seq;
      this.#events.push(fleetEvent(event, fleet.faults));
    }
    for (const job of api?.jobs() ?? []) {
      const identity = decisionIdentity(job);
      if (this.#said.get(job.key) === identity) continue;
      this.#said.set(job.key, identity);
      const event = decisionEvent(job, api?.now() ?? 0);
      if (event !== null) this.#events.push(event);
    }
    this.#forget();
  }

  #forget(): void {
    const surplus = this.#events.length - KEPT;
    if (surplus < KEPT) return;
    this.#events = this.#events.slice(surplus);
    this.#taken = Math.max(0, this.#taken - surplus);
  }
}

/** The last part of a job key. */
function jobName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
