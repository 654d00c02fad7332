import type { InputName } from './input.ts';

export const SYMPTOMS = [
  'JobFailed',
  'JobMissing',
  'JobManagerLost',
  'TaskManagerLost',
  'RestartLoop',
  'CheckpointStalled',
  'StartedEmpty',
  'LagGrowing',
  'LagUnknown',
  'Overloaded',
  'Oversized',
] as const;

export type SymptomName = (typeof SYMPTOMS)[number];

/** A named observation on a snapshot. */
export interface Symptom {
  readonly name: SymptomName;
  /** Time of the evidence itself, not of the look at it. */
  readonly at: number;
  readonly evidence: string;
}

export const CAUSES = [
  'JobManagerLost',
  'TaskManagerLost',
  'RestartsExhausted',
  'JobVanished',
  'StartedEmpty',
  'RestartLoop',
  'CheckpointStalled',
  'UnderProvisioned',
  'OverProvisioned',
] as const;

export type CauseName = (typeof CAUSES)[number];

/** The explanation of symptoms. */
export interface Cause {
  readonly name: CauseName;
  readonly symptoms: readonly Symptom[];
  /** Newest evidence for it. */
  readonly at: number;
  readonly needs: readonly InputName[];
}
