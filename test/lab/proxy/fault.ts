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
  | { readonly mode: 'reset' }
  /** Half of the real answer's body arrives, then the connection is cut. */
  | { readonly mode: 'cut' }
  /** Queries answer this many made-up series (5,000), whatever was asked. */
  | { readonly mode: 'many-series'; readonly series?: number; readonly labels?: Labels }
  /** Queries answer made-up series whose label values, or lines, are what a query or a terminal chokes on. */
  | { readonly mode: 'hostile'; readonly labels?: Labels };

/** Labels that each made-up series has beside its own. */
export type Labels = Readonly<Record<string, string>>;

const plainModes = ['pass', 'absent', 'stale', 'nan', 'zero', 'error', 'reset', 'cut'] as const;

interface Unread {
  readonly mode?: unknown;
  readonly pods?: unknown;
  readonly ms?: unknown;
  readonly series?: unknown;
  readonly labels?: unknown;
}

/** Reads a fault from JSON, e.g. `{"mode": "partial", "pods": ["a"]}`. Throws an Error that says what was expected. */
export function readFault(json: string): Fault {
  const value = JSON.parse(json) as Unread | null;
  const mode = plainModes.find((name) => name === value?.mode);
  if (mode !== undefined) return { mode };
  if (value?.mode === 'partial' && isNames(value.pods)) return { mode: 'partial', pods: value.pods };
  if (value?.mode === 'slow' && typeof value.ms === 'number') return { mode: 'slow', ms: value.ms };
  const madeUp = readMadeUp(value);
  if (madeUp !== undefined) return madeUp;
  throw new Error(
    `a fault is {"mode": ${plainModes.join('|')}}, {"mode": "partial", "pods": […]}, {"mode": "slow", "ms": N}, ` +
      '{"mode": "many-series", "series": N, "labels": {…}} or {"mode": "hostile", "labels": {…}}',
  );
}

function readMadeUp(value: Unread | null): Fault | undefined {
  const labels = isLabels(value?.labels) ? { labels: value.labels } : {};
  if (value?.mode === 'hostile') return { mode: 'hostile', ...labels };
  if (value?.mode !== 'many-series') return undefined;
  return { mode: 'many-series', ...(typeof value.series === 'number' && { series: value.series }), ...labels };
}

function isLabels(value: unknown): value is Labels {
  return typeof value === 'object' && value !== null && isNames(Object.values(value));
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
