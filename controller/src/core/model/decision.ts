import type { ActionParams, PlatformAction } from './action.ts';
import type { CauseName, Symptom } from './diagnosis.ts';
import type { Freshness, InputName } from './input.ts';
import type { HoldReason } from './reason.ts';

/** An input as a decision saw it. */
export interface InputCitation {
  /** One of `INPUTS`, or `rule NAME` for what a rule's query says. */
  readonly input: InputName | `rule ${string}`;
  readonly freshness: Freshness;
  readonly ageMs: number | null;
  readonly detail: string;
}

/** The rule whose query raised a decision, and how long it takes to be true by newer evidence alone, ms. */
export interface RaisedBy {
  readonly name: string;
  readonly windowMs: number;
}

interface DecisionBase {
  readonly at: number;
  readonly cause: CauseName | null;
  readonly symptoms: readonly Symptom[];
  readonly inputs: readonly InputCitation[];
  /** One sentence for people. */
  readonly detail: string;
}

/** What one pass concluded for one job. */
export type Decision =
  | (DecisionBase & {
      readonly kind: 'Act';
      readonly reason: CauseName;
      readonly action: PlatformAction;
      readonly params: ActionParams;
      readonly rung: number;
      /** Time to prove itself, ms. */
      readonly withinMs: number;
      readonly rule?: RaisedBy;
    })
  | (DecisionBase & {
      readonly kind: 'Propose';
      readonly reason: HoldReason | CauseName;
      readonly action: PlatformAction;
      readonly params: ActionParams;
      /** A person must look now. */
      readonly page: boolean;
    })
  | (DecisionBase & {
      readonly kind: 'Hold';
      readonly reason: HoldReason;
      readonly action: PlatformAction | null;
      /** When it may act next, epoch ms; null = when the input or state changes. */
      readonly retryAt: number | null;
      readonly page: boolean;
    })
  | (DecisionBase & { readonly kind: 'Nothing'; readonly reason: 'Healthy' | 'Settling' | 'WithinBand' });
