import type { JobFaultKind } from '../../../resources/scenario/faults.ts';
import type { SimulatedJob } from '../job.ts';

/** A fault that a job has. Instants are virtual seconds. */
export interface ActiveFault {
  readonly kind: JobFaultKind;
  readonly since: number;
  /** Null = until healed. */
  readonly until: number | null;
  readonly everyS: number;
  /** When it strikes next. */
  due: number;
  /** JobManager's number when it began. */
  readonly incarnation: number;
}

/** What one kind of fault does to a job. */
export interface FaultKind {
  /** For people. */
  readonly summary: string;
  /** Strikes so often, seconds, where the scenario does not say. */
  readonly everyS?: number;
  begin?(job: SimulatedJob, fault: ActiveFault): void;
  /** Each second while it lasts. */
  step?(job: SimulatedJob, fault: ActiveFault): void;
  /** It is over by itself, or somebody healed it. */
  healed(job: SimulatedJob, fault: ActiveFault): boolean;
}
