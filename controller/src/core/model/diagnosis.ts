/** Names of symptoms; policies may name them in rules. */
export const SYMPTOMS = [
  'JobFailed',
  'JobMissing',
  'JobManagerLost',
  'TaskManagerLost',
  'TaskManagerStuck',
  'RestartLoop',
  'CheckpointStalled',
  'NotRunning',
  'JobUnseen',
  'StartedEmpty',
  'LagGrowing',
  'LagUnknown',
  'Overloaded',
  'Oversized',
] as const;

/** One of `SYMPTOMS`. */
export type SymptomName = (typeof SYMPTOMS)[number];

/** A named observation on a snapshot. */
export interface Symptom {
  /** One of `SYMPTOMS`, or the name of the rule whose query says so. */
  readonly name: SymptomName | (string & {});
  /** Time of the evidence itself, not of the look at it. */
  readonly at: number;
  readonly evidence: string;
  /** Those that it is about, where it is about some. */
  readonly pods?: readonly string[];
}

/** Names of the built-in causes: incidents, pages and metrics carry them, so they don't change. */
const CAUSES = [
  'JobManagerLost',
  'TaskManagerLost',
  'TaskManagerStuck',
  'RestartsExhausted',
  'JobVanished',
  'StartedEmpty',
  'RestartLoop',
  'CheckpointStalled',
  'NotRunning',
  'JobUnseen',
  'UnderProvisioned',
  'OverProvisioned',
] as const;

/** One of `CAUSES`, or a name that a policy's rule gave. */
export type CauseName = (typeof CAUSES)[number] | (string & {});
