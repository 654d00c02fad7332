import type { JobView } from '../../report/api-model.ts';
import type { Terminal } from '../terminal.ts';

/** Everything that the live view shows at one instant. Instants are epoch ms of the demo's own clock. */
export interface Frame {
  readonly at: number;
  /** Virtual seconds a second. */
  readonly speed: number;
  readonly paused: boolean;
  /** Where Drey's API answers. */
  readonly server: string;
  readonly jobs: readonly JobRow[];
  /** Index of the selected job. */
  readonly selected: number;
  /** Of the selected job, oldest first. */
  readonly load: readonly LoadPoint[];
  /** Oldest first. */
  readonly events: readonly DemoEvent[];
  readonly panel: Panel;
}

/** A job as the view shows it. */
export interface JobRow {
  readonly name: string;
  /** Null until Drey has looked at it. */
  readonly view: JobView | null;
  /** Flink's job state as it really is. */
  readonly state: string;
  /** Subtasks of the largest vertex. */
  readonly slots: number;
  /** Age of the oldest unread record as it really is, ms: grows while the job is down. */
  readonly lagMs: number;
  /** Service objective, ms. */
  readonly maxLagMs: number;
}

/** Demand and capacity of a job at an instant, records/s. */
export interface LoadPoint {
  readonly at: number;
  readonly demand: number;
  readonly capacity: number;
}

/** What is shown below the jobs. */
export type Panel =
  | { readonly kind: 'load' }
  /** The text of `drey explain`, and how many of its rows are scrolled away. */
  | { readonly kind: 'explain'; readonly text: string; readonly scrolled: number }
  | { readonly kind: 'faults'; readonly faults: readonly FaultChoice[]; readonly chosen: number };

/** A fault that can be injected into the selected job. */
export interface FaultChoice {
  readonly title: string;
  /** What it does, for people. */
  readonly about: string;
}

/** How an event is to be taken; `minor` ones are left out of the view. */
export type Tone = 'fault' | 'act' | 'hold' | 'good' | 'bad' | 'info' | 'minor';

/** Something that happened, and why. */
export interface DemoEvent {
  /** Epoch ms of the demo's clock. */
  readonly at: number;
  /** Name of the job; `fleet` = all. */
  readonly job: string;
  readonly tone: Tone;
  /** Kind of the event: `fault`, `load`, `Act`, `Hold`, `Succeeded`. */
  readonly event: string;
  readonly cause: string | null;
  readonly action: string | null;
  /** Reason code of a decision, phase of a remediation. */
  readonly reason: string | null;
  /** What happened in a few words, for the view: `Rescale for UnderProvisioned`. */
  readonly headline: string;
  /** Why, for people; empty where the headline says all. */
  readonly detail: string;
}

/** What the terminal can show. */
export interface Look {
  readonly columns: number;
  readonly rows: number;
  readonly paint: Terminal['paint'];
  /** False: ASCII alone. */
  readonly unicode: boolean;
}
