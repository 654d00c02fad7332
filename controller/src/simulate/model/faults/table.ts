import type { JobFaultKind } from '../../../resources/scenario/faults.ts';
import type { SimulatedJob } from '../job.ts';
import { checkpointFaults } from './checkpoints.ts';
import type { FaultKind } from './fault.ts';
import { runFaults } from './runs.ts';
import { taskManagerFaults } from './task-managers.ts';

/** Kinds that the model carries out. */
export const FAULT_KINDS: Readonly<Partial<Record<JobFaultKind, FaultKind>>> = {
  ...taskManagerFaults,
  ...runFaults,
  ...checkpointFaults,
};

/** What to begin. Seconds. */
export interface FaultStart {
  readonly kind: JobFaultKind;
  readonly forS: number | null;
  readonly everyS: number | null;
}

/** Begins a fault of a job. Throws `RangeError` on a kind that the model does not do. */
export function beginFault(job: SimulatedJob, { kind, forS, everyS }: FaultStart): void {
  const rules = FAULT_KINDS[kind];
  if (rules === undefined) throw new RangeError(`${kind} is not supported by this version`);
  const fault = {
    kind,
    since: job.now,
    until: forS === null ? null : job.now + forS,
    everyS: everyS ?? rules.everyS ?? 0,
    due: job.now,
    incarnation: job.jobManager.incarnation,
  };
  job.faults.push(fault);
  rules.begin?.(job, fault);
}

/** One more second of a job's faults. Answers the kinds that ended. */
export function stepFaults(job: SimulatedJob): readonly JobFaultKind[] {
  if (job.faults.length === 0) return [];
  const ended = job.faults.filter(
    (fault) =>
      (fault.until !== null && job.now >= fault.until) ||
      (job.now > fault.since && FAULT_KINDS[fault.kind]?.healed(job, fault) === true),
  );
  for (const fault of ended) endFault(job, fault);
  for (const fault of job.faults) FAULT_KINDS[fault.kind]?.step?.(job, fault);
  return ended.map(({ kind }) => kind);
}

/** Ends one, healed or not. */
export function endFault(job: SimulatedJob, fault: SimulatedJob['faults'][number]): void {
  job.faults.splice(job.faults.indexOf(fault), 1);
  if (fault.kind === 'taskManagerStuck') for (const one of job.taskManagers.all) one.stuck = false;
}
