import type { Symptom } from '../model/diagnosis.ts';
import type { RuleCount } from '../model/observed-job.ts';
import type { Rule } from '../model/rule.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { JobMemory } from './memory.ts';
import { sightOf } from './sight.ts';
import type { RuleSight } from './sight.ts';
import { symptomsOf } from './symptoms.ts';

/** What ails a job. */
export interface Diagnosis {
  readonly symptoms: readonly Symptom[];
  /** Every rule in force, in order of precedence. */
  readonly sights: readonly RuleSight[];
  /** The one that explains the rest; null where nothing is to be explained. */
  readonly found: RuleSight | null;
}

/** Symptoms and the one rule, first of those in force, that explains them. */
export function diagnose(snapshot: Snapshot, memory: JobMemory, rules: readonly Rule[]): Diagnosis {
  const own = symptomsOf(snapshot, memory);
  const sights = rules.map((rule) => sightOf(rule, { snapshot, memory, symptoms: own }));
  const found = sights.find((sight) => sight.state === 'True') ?? null;
  const said = sights.flatMap(({ rule, state, symptom }) =>
    rule.when.kind === 'query' && state === 'True' && symptom !== null ? [symptom] : [],
  );
  return { symptoms: [...own, ...said], sights, found };
}

/** What to remember of the rules until the next tick. */
export function ruleCounts({ sights }: Diagnosis): Readonly<Record<string, RuleCount>> {
  return Object.fromEntries(sights.flatMap(({ rule, count }) => (count === null ? [] : [[rule.name, count]])));
}
