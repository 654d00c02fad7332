import { UnsupportedError } from '../../contract.ts';
import type { StepKind } from './step.ts';

const kinds: Readonly<Record<string, StepKind>> = {};

/** The kind of a step, by its name up to the slash. Throws on a step that no plan holds. */
export function stepKind(step: string): StepKind {
  const kind = kinds[step.split('/')[0] ?? ''];
  if (kind === undefined) throw new UnsupportedError(`no such step: ${step}`);
  return kind;
}
