import type { StepContext } from '../../platforms/contract.ts';
import { hasEnded } from '../../core/model/snapshot.ts';
import type { Invariants } from '../contract.ts';
import type { FleetModel } from '../model/fleet-model.ts';
import type { SimulatedJob } from '../model/job.ts';

/** A stopped job must be started again within this, seconds. */
const LOST_AFTER_S = 600;
/** Samples may be this old and count as fresh, seconds. */
const FRESH_S = 60;
/** From a look to the write that follows from it, seconds. */
const LOOK_S = 20;
const BUDGET_S = 3600;

/** Counts what a controller must never do. It sees only what is written to the fleet. */
export class Audit {
  readonly #model: FleetModel;
  readonly #actions = new Map<string, { readonly id: string; readonly at: number }[]>();
  readonly #lost = new Set<string>();
  #duplicated = 0;
  #stale = 0;
  #budgetBreaks = 0;

  readonly #actionsPerHour: number;

  constructor(model: FleetModel, actionsPerHour: number) {
    this.#model = model;
    this.#actionsPerHour = actionsPerHour;
  }

  /** What had taken effect was sent again. */
  resent(): void {
    this.#duplicated += 1;
  }

  /** A write, before it takes effect. */
  write(job: SimulatedJob, context: StepContext): void {
    const starts = context.step.step.startsWith('start-run/');
    if (starts && job.runs.some(({ state }) => !hasEnded(state))) this.#duplicated += 1;
    const id = `${context.action}/${context.journal[0]?.plannedAt ?? job.now}`;
    const actions = this.#actions.get(job.name) ?? [];
    if (actions.some((one) => one.id === id)) return;
    const recent = actions.filter(({ at }) => at > job.now - BUDGET_S);
    this.#actions.set(job.name, [...recent, { id, at: job.now }]);
    if (recent.length >= this.#actionsPerHour) this.#budgetBreaks += 1;
    const scales = context.action === 'Rescale' || context.action === 'ScaleTaskManagers';
    if (scales && this.#blind()) this.#stale += 1;
  }

  /** Each second. */
  step(): void {
    for (const job of this.#model.jobs.values()) {
      if (job.stoppedAt === null || job.now - job.stoppedAt < LOST_AFTER_S) continue;
      this.#lost.add(`${job.name}@${job.stoppedAt}`);
    }
  }

  invariants(): Invariants {
    let stateLosses = 0;
    for (const job of this.#model.jobs.values()) stateLosses += job.stateLosses;
    return {
      duplicatedActions: this.#duplicated,
      lostActions: this.#lost.size,
      actionsOnStaleInput: this.#stale,
      stateLosses,
      budgetBreaks: this.#budgetBreaks,
    };
  }

  /** Metrics have been wrong for so long that what was decided now was decided on them. */
  #blind(): boolean {
    const fault = this.#model.fleetFault('metrics');
    if (fault === undefined) return false;
    return this.#model.now - fault.since > (fault.fault === 'stale' ? FRESH_S : LOOK_S);
  }
}
