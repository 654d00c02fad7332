import { z } from 'zod';
import { check, type Checked } from '../check/check.ts';
import { count, duration, list, text } from '../scalars.ts';
import { contradictions } from './contradictions.ts';
import { fault } from './faults.ts';
import { scenarioJob } from './job.ts';

/** Scenario of a simulated fleet, in virtual time. */
export const scenario = z.strictObject({
  name: text(253).describe('For people and reports.'),
  seed: count(0, 0xffff_ffff).prefault(1).describe('The same seed gives the same run.'),
  duration: duration('1s', '9999h').describe('How long it lasts.'),
  scrape: duration('1s', '10m').prefault('15s').describe('How often metrics are sampled.'),
  tick: duration('1s', '5m').prefault('15s').describe('How often Drey looks.'),
  cluster: z
    .strictObject({ taskManagers: count(1, 1_000_000).optional().describe('Of all jobs together, at most.') })
    .prefault({})
    .describe('What the jobs share.'),
  jobs: list(scenarioJob, 10_000).min(1).describe('What runs.'),
  faults: list(fault, 10_000).prefault([]).describe('What goes wrong.'),
});

/** A scenario that passed its schema: durations in ms, defaults filled in. */
export type Scenario = z.output<typeof scenario>;

/** Checks a document: its shape, then whether its parts fit together and are done by this version. */
export function checkScenario(document: unknown): Checked<Scenario> {
  const checked = check(scenario, document);
  if (!checked.ok) return checked;
  const issues = contradictions(checked.value);
  return issues.length === 0 ? checked : { ok: false, issues };
}
