import type { Scenario } from '../../resources/scenario/scenario.ts';

/** A jump of a source's load. */
export interface LoadStep {
  /** Virtual seconds. */
  readonly at: number;
  readonly job: string;
  /** For people. */
  readonly detail: string;
}

const count = new Intl.NumberFormat('en');

/** Points of `steps` after the start at which a load really changes, soonest first. */
export function loadSteps({ jobs }: Pick<Scenario, 'jobs'>): readonly LoadStep[] {
  const steps = jobs.flatMap(({ name: job, load }) =>
    Object.entries(load).flatMap(([source, curve]) => {
      if (curve.shape !== 'steps') return [];
      return curve.points.flatMap(([ms, rate], i): readonly LoadStep[] => {
        const before = curve.points[i - 1]?.[1];
        if (before === undefined || before === rate) return [];
        const detail = `the load of ${source} goes from ${count.format(before)} to ${count.format(rate)} records/s`;
        return [{ at: ms / 1000, job, detail }];
      });
    }),
  );
  return steps.toSorted((a, b) => a.at - b.at);
}
