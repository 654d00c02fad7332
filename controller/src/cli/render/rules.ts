import type { CauseRule } from '../../core/diagnose/causes.ts';
import type { Terminal } from '../terminal.ts';
import { renderTable } from './table.ts';
import { shortDuration } from './time.ts';

/** The built-in causes in order of precedence. */
export function renderRules(rules: readonly CauseRule[], paint: Terminal['paint']): string {
  return rules
    .map(({ cause, symptom, needs, ladder, summary }) => {
      const rungs = ladder.map(({ action, withinMs }) =>
        withinMs === 0 ? action : `${action} (${shortDuration(withinMs)})`,
      );
      const rows = [
        [{ text: 'symptom' }, { text: symptom }],
        [{ text: 'needs' }, { text: needs.join(', ') }],
        [{ text: 'ladder' }, { text: rungs.join(', then ') }],
      ];
      return `${paint('bold', cause)}: ${summary}\n${renderTable(rows, '  ')}`;
    })
    .join('\n');
}
