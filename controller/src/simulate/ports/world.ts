import { SourceError } from '../../io/errors.ts';
import type { Clock } from '../../io/clock.ts';
import type { FleetModel } from '../model/fleet-model.ts';
import type { SimulatedJob } from '../model/job.ts';
import type { Scrapes } from './scrapes.ts';

/** The model as the ports see it: brought up to the clock's time whenever somebody asks. */
export interface World {
  readonly model: FleetModel;
  readonly clock: Clock;
  /** Epoch ms of second 0. */
  readonly startedAt: number;
  readonly scrapes: Scrapes;
  /** Lets the model live up to now. */
  advance(): void;
}

/** Namespace of all simulated jobs. */
export const NAMESPACE = 'default';

/** Address of a job's JobManager. */
export function restUrlOf(name: string): string {
  return `http://${name}-jobmanager.simulated:8081`;
}

/** Pod of a job's JobManager. */
export function jobManagerPod(name: string): string {
  return `${name}-jobmanager-0`;
}

/** Virtual seconds as epoch ms. */
export function instantOf({ startedAt }: World, second: number): number {
  return startedAt + second * 1000;
}

/** Throws while the fault `api error` lasts: then nothing outside metrics answers. */
export function refuseWhileDown(world: World, who: string): void {
  if (world.model.fleetFault('api') !== undefined) throw new SourceError('status', `${who}: HTTP 503`, 503);
}

/** A job by its name. Throws `SourceError`. */
export function jobOf(world: World, name: string): SimulatedJob {
  const job = world.model.jobs.get(name);
  if (job === undefined) throw new SourceError('notFound', `no job ${name}`, 404);
  return job;
}
