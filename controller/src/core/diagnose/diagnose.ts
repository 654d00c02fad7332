import type { Symptom } from '../model/diagnosis.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { CAUSE_RULES } from './causes.ts';
import type { CauseRule } from './causes.ts';
import type { JobMemory } from './memory.ts';
import { symptomsOf } from './symptoms.ts';

/** What ails a job. */
export interface Diagnosis {
  readonly symptoms: readonly Symptom[];
  /** Of the cause that explains the rest; null where nothing is to be explained. */
  readonly rule: CauseRule | null;
}

/** Symptoms and the one cause, first of the table, that explains them. */
export function diagnose(snapshot: Snapshot, memory: JobMemory): Diagnosis {
  const symptoms = symptomsOf(snapshot, memory);
  const rule = CAUSE_RULES.find((one) => symptoms.some((symptom) => symptom.name === one.symptom)) ?? null;
  return { symptoms, rule };
}
