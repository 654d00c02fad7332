/** What the proxy does to answers. Durations in milliseconds. */
export type Fault =
  /** Answers pass as they are. */
  | { readonly mode: 'pass' }
  /** Every query answers an empty result. */
  | { readonly mode: 'absent' }
  /** Queries answer what was true when the fault began; sample ages grow. */
  | { readonly mode: 'stale' }
  /** Every value is NaN. */
  | { readonly mode: 'nan' }
  /** Every value is 0; sample ages pass, so that the samples look fresh. */
  | { readonly mode: 'zero' }
  /** The series of these pods are missing. */
  | { readonly mode: 'partial'; readonly pods: readonly string[] }
  /** Every request answers 503. */
  | { readonly mode: 'error' }
  /** Every request is answered this much later. */
  | { readonly mode: 'slow'; readonly ms: number }
  /** Every connection is reset. */
  | { readonly mode: 'reset' };

const plainModes = ['pass', 'absent', 'stale', 'nan', 'zero', 'error', 'reset'] as const;

/** Reads a fault from JSON, e.g. `{"mode": "partial", "pods": ["a"]}`. Throws an Error that says what was expected. */
export function readFault(json: string): Fault {
  const value = JSON.parse(json) as { mode?: unknown; pods?: unknown; ms?: unknown } | null;
  const mode = plainModes.find((name) => name === value?.mode);
  if (mode !== undefined) return { mode };
  if (value?.mode === 'partial' && isNames(value.pods)) return { mode: 'partial', pods: value.pods };
  if (value?.mode === 'slow' && typeof value.ms === 'number') return { mode: 'slow', ms: value.ms };
  throw new Error(
    `a fault is {"mode": ${plainModes.join('|')}}, {"mode": "partial", "pods": […]} or {"mode": "slow", "ms": N}`,
  );
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
