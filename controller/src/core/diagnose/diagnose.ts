import type { Cause, Symptom } from '../model/diagnosis.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { CAUSE_RULES } from './causes.ts';
import type { CauseRule } from './causes.ts';
import type { JobMemory } from './memory.ts';
import { symptomsOf } from './symptoms.ts';

export interface Diagnosis {
  readonly symptoms: readonly Symptom[];
  /** The cause that explains the rest, or null. */
  readonly cause: Cause | null;
  readonly rule: CauseRule | null;
}

/** Symptoms and the one cause, first of the table, that explains them. */
export function diagnose(snapshot: Snapshot, memory: JobMemory): Diagnosis {
  const symptoms = symptomsOf(snapshot, memory);
  for (const rule of CAUSE_RULES) {
    const own = symptoms.filter((symptom) => symptom.name === rule.symptom);
    if (own.length === 0) continue;
    const at = Math.max(...own.map((symptom) => symptom.at));
    return { symptoms, rule, cause: { name: rule.cause, symptoms: own, at, needs: rule.needs } };
  }
  return { symptoms, cause: null, rule: null };
}
