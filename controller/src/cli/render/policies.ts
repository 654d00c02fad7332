import type { PoliciesView } from '../../report/api-model.ts';
import { plain, type Terminal } from '../terminal.ts';
import { instant } from './time.ts';

/** One line while an edit is refused, else nothing: what people read below it follows from older policies. */
export function renderPolicies({ acceptedAt, refused }: PoliciesView, paint: Terminal['paint']): string {
  const [first, ...others] = refused ?? [];
  if (first === undefined) return '';
  const { file, line, column, path, expected, found, suggestion } = first;
  const guess = suggestion === null ? '' : `; did you mean ${JSON.stringify(suggestion)}?`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const finding = plain(`${file}:${line}:${column}: ${path}: expected ${expected}, found ${found}${guess}`, 1000);
  const text = `policies: edited file refused, last accepted of ${instant(acceptedAt)} in force: ${finding}${more}`;
  return `${paint('red', text)}\n\n`;
}
