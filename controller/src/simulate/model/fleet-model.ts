import type { JobFaultKind } from '../../resources/scenario/faults.ts';
import type { Scenario } from '../../resources/scenario/scenario.ts';
import type { Note } from './events.ts';
import { beginFault, endFault, stepFaults } from './faults/table.ts';
import { SimulatedJob } from './job.ts';
import { type LoadStep, loadSteps } from './load-steps.ts';

/** A fault of all jobs together. Instants are virtual seconds. */
export interface FleetFault {
  readonly kind: 'metrics' | 'logs' | 'api';
  readonly fault: string;
  readonly since: number;
  readonly until: number | null;
}

/** A fleet in virtual time: no clock, no I/O, and chance from a seed. */
export class FleetModel {
  readonly jobs: ReadonlyMap<string, SimulatedJob>;
  /** Seconds since the start. */
  now = 0;
  fleetFaults: FleetFault[] = [];
  readonly #note: Note;
  readonly #limit: number;
  /** To come, soonest first. */
  readonly #plan: Scenario['faults'];
  #planned = 0;
  /** To come, soonest first. */
  readonly #steps: readonly LoadStep[];
  #stepped = 0;

  constructor({ scenario, seed, note }: { readonly scenario: Scenario; readonly seed: number; readonly note: Note }) {
    this.#note = note;
    this.#limit = scenario.cluster.taskManagers ?? Number.POSITIVE_INFINITY;
    const room = (): boolean => this.#taskManagers() < this.#limit;
    this.jobs = new Map(scenario.jobs.map((spec) => [spec.name, new SimulatedJob({ spec, seed, note, room })]));
    this.#steps = loadSteps(scenario);
    this.#plan = scenario.faults.toSorted((a, b) => a.at - b.at);
  }

  /** Goes one second on. */
  step(): void {
    for (let next = this.#plan[this.#planned]; next !== undefined; next = this.#plan[this.#planned]) {
      if (next.at / 1000 > this.now) break;
      this.#planned += 1;
      this.#begin(next);
    }
    this.#tellLoad();
    this.#endFleetFaults();
    for (const job of this.jobs.values()) {
      for (const kind of stepFaults(job)) this.#note(this.now, { job: job.name, kind: 'faultEnded', detail: kind });
      job.step();
    }
    this.now += 1;
  }

  /** Begins a fault of one job now. Throws `RangeError` on one that there is not. */
  beginJobFault(
    name: string,
    fault: { readonly kind: JobFaultKind; readonly forS: number | null; readonly everyS: number | null },
  ): void {
    const job = this.jobs.get(name);
    if (job === undefined) throw new RangeError(`no job ${name}`);
    this.#note(this.now, { job: name, kind: 'fault', detail: fault.kind });
    beginFault(job, fault);
  }

  /** Begins a fault of all jobs now, in place of another of its kind. */
  beginFleetFault(fault: Omit<FleetFault, 'since' | 'until'>, forS: number | null): void {
    this.fleetFaults = this.fleetFaults.filter(({ kind }) => kind !== fault.kind);
    this.fleetFaults.push({ ...fault, since: this.now, until: forS === null ? null : this.now + forS });
    this.#note(this.now, { job: null, kind: 'fault', detail: `${fault.kind} ${fault.fault}` });
  }

  /** Ends all faults of a job, or with null those of all jobs together. */
  clear(name: string | null): void {
    if (name === null) {
      for (const fault of this.fleetFaults) this.#noteEnd(fault);
      this.fleetFaults = [];
      return;
    }
    const job = this.jobs.get(name);
    if (job === undefined) throw new RangeError(`no job ${name}`);
    const all = job.faults.slice();
    for (const fault of all) {
      endFault(job, fault);
      this.#note(this.now, { job: name, kind: 'faultEnded', detail: fault.kind });
    }
  }

  fleetFault(kind: FleetFault['kind']): FleetFault | undefined {
    return this.fleetFaults.find((fault) => fault.kind === kind);
  }

  #tellLoad(): void {
    for (let next = this.#steps[this.#stepped]; next !== undefined; next = this.#steps[this.#stepped]) {
      if (next.at > this.now) break;
      this.#stepped += 1;
      this.#note(this.now, { job: next.job, kind: 'load', detail: next.detail });
    }
  }

  #begin(fault: Scenario['faults'][number]): void {
    const forS = fault.for === undefined ? null : fault.for / 1000;
    if ('job' in fault) {
      const everyS = fault.every === undefined ? null : fault.every / 1000;
      this.beginJobFault(fault.job, { kind: fault.kind, forS, everyS });
    } else this.beginFleetFault({ kind: fault.kind, fault: fault.fault }, forS);
  }

  #endFleetFaults(): void {
    const over = this.fleetFaults.filter(({ until }) => until !== null && this.now >= until);
    if (over.length === 0) return;
    for (const fault of over) this.#noteEnd(fault);
    this.fleetFaults = this.fleetFaults.filter((fault) => !over.includes(fault));
  }

  #noteEnd({ kind, fault }: FleetFault): void {
    this.#note(this.now, { job: null, kind: 'faultEnded', detail: `${kind} ${fault}` });
  }

  #taskManagers(): number {
    let count = 0;
    for (const job of this.jobs.values()) count += job.taskManagers.alive.length;
    return count;
  }
}
