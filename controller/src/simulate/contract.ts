import type { JobKey } from '../core/model/job-key.ts';
import type { JobState } from '../core/model/snapshot.ts';
import type { Clock } from '../io/clock.ts';
import type { Ports } from '../loop/wire.ts';
import type { JobFaultKind, METRICS_FAULTS } from '../resources/scenario/faults.ts';
import type { Scenario } from '../resources/scenario/scenario.ts';

/** What a fleet is made from. */
export interface SimulatedFleetOptions {
  readonly scenario: Scenario;
  /** Virtual time; the scenario begins at its `now()`. */
  readonly clock: Clock;
  /** Default: the scenario's. */
  readonly seed?: number;
  /**
   * Answers of a policy's rules: rule name → the fault whose jobs are in the answer while they have it. A rule that is
   * named as a kind of fault (`task-manager-stuck`) needs no entry.
   */
  readonly rules?: Readonly<Record<string, JobFaultKind>>;
  /** Actions on one job within an hour, above which `budgetBreaks` counts. Default 4. */
  readonly actionsPerHour?: number;
}

/** Jobs that exist in memory alone, behind the same ports as real ones. It goes on as time passes and it is asked. */
export interface SimulatedFleet {
  /** All that the loop needs but a store. */
  readonly ports: Omit<Ports, 'store'>;
  /** Kinds that `inject` takes, with a sentence each for people. */
  readonly faults: readonly FaultInfo[];
  /** What is true now. */
  view(): FleetView;
  /** Events with a number above this one, oldest first; at most the newest 1000 are kept. */
  eventsAfter(seq: number): readonly FleetEvent[];
  /** Begins a fault now. Throws `RangeError` on a job or kind that there is not, or one without the job it needs. */
  inject(fault: InjectedFault): void;
  /** Ends all faults of a job (null: those of all jobs together), as a person would who fixed them. */
  clear(job: string | null): void;
}

/** A kind of fault. */
export interface FaultInfo {
  readonly kind: JobFaultKind | 'metrics' | 'api';
  /** It needs a job. */
  readonly ofJob: boolean;
  /** What it may be told to do; empty for a job's. */
  readonly variants: readonly string[];
  /** For people. */
  readonly summary: string;
}

/** A fault that begins now. Durations are ms. */
export type InjectedFault =
  | {
      readonly kind: JobFaultKind;
      /** Its name in the scenario. */
      readonly job: string;
      /** Default: until healed, or 10 min where nothing heals it. */
      readonly forMs?: number;
      readonly everyMs?: number;
    }
  | { readonly kind: 'metrics'; readonly fault: (typeof METRICS_FAULTS)[number]; readonly forMs?: number }
  | { readonly kind: 'api'; readonly fault: 'error'; readonly forMs?: number };

/** The fleet at one instant of virtual time. */
export interface FleetView {
  /** Epoch ms. */
  readonly at: number;
  readonly startedAt: number;
  /** In the order of the scenario. */
  readonly jobs: readonly JobView[];
  /** Of all jobs together: `metrics absent`. */
  readonly faults: readonly string[];
  readonly invariants: Invariants;
}

/** A job as it really is, whatever metrics say. */
export interface JobView {
  readonly key: JobKey;
  readonly name: string;
  readonly state: JobState;
  /** Records/s that arrive at all its sources. */
  readonly demand: number;
  /** Records/s that its sources could read at the present size, were it running. */
  readonly capacity: number;
  /** Records/s read during the last second. */
  readonly throughput: number;
  /** Records that wait. */
  readonly unread: number;
  /** Age of the oldest unread record, seconds. */
  readonly lagS: number;
  /** Vertex name → subtasks. */
  readonly parallelism: Readonly<Record<string, number>>;
  /** The largest vertex. */
  readonly slots: number;
  readonly taskManagers: { readonly running: number; readonly starting: number; readonly ended: number };
  /** Running and starting, since the start: seconds. */
  readonly taskManagerSeconds: number;
  readonly restarts: number;
  /** Kinds that it has now. */
  readonly faults: readonly JobFaultKind[];
}

/** Something that happened in the fleet. */
export interface FleetEvent {
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  /** Name of the job; null = all. */
  readonly job: string | null;
  readonly kind: 'fault' | 'faultEnded' | 'load' | 'jobState' | 'rescaled' | 'restored' | 'taskManager' | 'jobManager';
  /** For people. */
  readonly detail: string;
}

/** What must stay 0, counted by the fleet and not by Drey. */
export interface Invariants {
  /** A step that had taken effect was sent again, or a run was started beside a living one. */
  readonly duplicatedActions: number;
  /** A job was stopped by an action and not started again within 10 min. */
  readonly lostActions: number;
  /** A rescale was begun while metrics could not be believed. */
  readonly actionsOnStaleInput: number;
  /** A run began empty, or from an older point than it had to. */
  readonly stateLosses: number;
  /** More actions on one job within an hour than `actionsPerHour`. */
  readonly budgetBreaks: number;
}
