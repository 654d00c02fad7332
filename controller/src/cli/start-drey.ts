import { type Running, type StartOptions, startDrey as start } from '../loop/wire.ts';
import type { Environment } from './load/environment.ts';

/** As the loop's own, with the whole environment. */
export type StartDreyOptions = Omit<StartOptions, 'environment'> & { readonly environment: Environment };

/** Starts the loop. Throws when the state folder is taken or a platform can't be used. */
export function startDrey(options: StartDreyOptions): Promise<Running> {
  return start({ ...options, environment: inherited(options.environment) });
}

/** What processes of a platform inherit: everything but what opens Drey's own API. */
function inherited(environment: Environment): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && name !== 'DREY_TOKEN') kept[name] = value;
  }
  return kept;
}
