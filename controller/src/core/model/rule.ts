import type { Action } from './action.ts';
import type { CauseName, SymptomName } from './diagnosis.ts';
import type { InputName } from './input.ts';

/** What is looked at. A query is one instant query over the fleet: each series of its answer is one sick job. */
export type Condition =
  | { readonly kind: 'symptom'; readonly symptom: SymptomName }
  | {
      readonly kind: 'query';
      readonly source: 'prometheus' | 'loki';
      /** Bound to its policy's namespace; sent as it stands. */
      readonly query: string;
      /** How far back its answer looks, ms: nothing older takes part. 0 = newest samples only. */
      readonly windowMs: number;
      /** Logs: asks for the lines that it counts, for people to read; null for metrics. */
      readonly lines: string | null;
    };

/** A step of a ladder and the time that it has to prove itself, ms. */
export interface Rung {
  readonly action: Action;
  readonly withinMs: number;
}

/** When a job is sick, by which name, and what is done about it. Built-in rules and those of policies alike. */
export interface Rule {
  readonly name: string;
  readonly when: Condition;
  /** Must hold for this long, ms, counted in ticks. */
  readonly forMs: number;
  readonly cause: CauseName;
  /** Each must be fresh, or the cause is held. */
  readonly needs: readonly InputName[];
  /** Tried in order; `Page` ends every ladder. */
  readonly ladder: readonly Rung[];
  /** By a policy; else built in. */
  readonly stated: boolean;
  /** For people. */
  readonly summary: string;
}
