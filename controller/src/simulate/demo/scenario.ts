import { checkScenario, type Scenario } from '../../resources/scenario/scenario.ts';
import { createRandom, type Random, seedOf } from '../model/random.ts';
import { FIRST_FAULTS, JOBS, LATER_FAULTS } from './fleet.ts';

/** A week of virtual time: almost three hours at the demo's speed. */
const DURATION_MIN = 7 * 24 * 60;
/** The part that is written down; from then on chance goes on. */
const WRITTEN_MIN = 120;

/** The fleet of `drey demo`: two hours that are written down, then days of chance from a seed. */
export function demoScenario(seed: number): Scenario {
  const document = {
    name: 'demo',
    seed,
    duration: `${DURATION_MIN / 60}h`,
    jobs: JOBS.map(({ later, ...job }) => ({
      ...job,
      load: {
        ...job.load,
        ...(later === undefined ? {} : { [later.source]: stepsFor(later, createRandom(seedOf(seed, job.name))) }),
      },
    })),
    faults: [...FIRST_FAULTS, ...laterFaults(createRandom(seedOf(seed, 'faults')))],
  };
  const checked = checkScenario(document);
  if (checked.ok) return checked.value;
  throw new Error(
    checked.issues.map((it) => `${it.path.join('.')}: expected ${it.expected}, found ${it.found}`).join('; '),
  );
}

/** A load of days that begins with points that are written down. */
export interface LaterLoad {
  readonly source: string;
  /** [minute, records/s]. */
  readonly first: readonly (readonly [number, number])[];
  /** Levels that the load jumps between later, records/s. */
  readonly levels: readonly number[];
  /** From one jump to the next, minutes. */
  readonly every: readonly [number, number];
}

function stepsFor({ first, levels, every }: LaterLoad, random: Random): object {
  const points = first.map(([minute, rate]): [string, number] => [`${minute}m`, rate]);
  let level = -1;
  for (let minute = WRITTEN_MIN; minute < DURATION_MIN; minute += between(every, random)) {
    // Another level each time: a jump to where it is would be none.
    const other = Math.floor(random.next() * (level < 0 ? levels.length : levels.length - 1));
    level = level >= 0 && other >= level ? other + 1 : other;
    points.push([`${minute}m`, levels[level] ?? 0]);
  }
  return { shape: 'steps', points, noise: 0.02 };
}

function laterFaults(random: Random): readonly object[] {
  const faults: object[] = [];
  let last = '';
  for (let minute = WRITTEN_MIN + 10; minute < DURATION_MIN; minute += between([18, 45], random)) {
    const fault = LATER_FAULTS[Math.floor(random.next() * LATER_FAULTS.length)];
    // The same job twice in a row would use up its budget of actions.
    const names = JOBS.map(({ name }) => name).filter((name) => name !== last);
    last = names[Math.floor(random.next() * names.length)] ?? '';
    if (fault !== undefined)
      faults.push({ ...fault, at: `${minute}m`, ...(fault.kind === 'metrics' ? {} : { job: last }) });
  }
  return faults;
}

function between([from, to]: readonly [number, number], random: Random): number {
  return from + Math.floor(random.next() * (to - from + 1));
}
