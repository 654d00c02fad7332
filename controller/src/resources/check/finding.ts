/** Keys and indexes from the document's root. */
export type Path = readonly (string | number)[];

/** What is wrong in a document, before it is known where that is in a file. */
export interface Issue {
  readonly path: Path;
  /** Whether it is about the key itself or about its value. */
  readonly at: 'key' | 'value';
  /** Noun phrase. */
  readonly expected: string;
  readonly found: string;
  /** "Did you mean". */
  readonly suggestion: string | null;
}

/** An issue with its place. Lines and columns start at 1. */
export interface Finding extends Issue {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `autoscale.vertices[0].max`; the document itself is `.`. */
export function formatPath(path: Path): string {
  if (path.length === 0) return '.';
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const plain = /^[A-Za-z_][\w-]*$/.test(step);
    if (!plain) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** One line: `FILE:LINE:COLUMN: PATH: expected X, found Y; did you mean "Z"?` */
export function formatFinding(finding: Finding): string {
  const place = `${finding.file}:${finding.line}:${finding.column}`;
  const guess = finding.suggestion === null ? '' : `; did you mean ${JSON.stringify(finding.suggestion)}?`;
  return `${place}: ${formatPath(finding.path)}: expected ${finding.expected}, found ${finding.found}${guess}`;
}

/** In the order of a reader: files as they came, then by place. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const files = [...new Set(findings.map((it) => it.file))];
  return findings.toSorted(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

/** A value as a finding shows it: short, never more than its beginning, without user and password of a URL. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') {
    // Also of a URL that is refused for another reason.
    const shown = value.replace(/\/\/[^\s]*@/, '//***@');
    return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 57)}...` : shown);
  }
  return String(value as number | boolean | bigint);
}
