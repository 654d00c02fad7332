import { type Finding, formatFinding } from '../../resources/check/finding.ts';
import { plain } from '../terminal.ts';

/** A finding in one line that can't command a terminal. */
export function renderFinding(finding: Finding): string {
  return plain(formatFinding(finding), 1000);
}

/** A line each. */
export function renderFindings(findings: readonly Finding[]): string {
  return findings.map((it) => `${renderFinding(it)}\n`).join('');
}
