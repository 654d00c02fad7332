import { plain } from '../terminal.ts';
import { clockTime } from './chart.ts';
import type { DemoEvent } from './frame.ts';

/** An event as one line of text: time, job and event, then cause, action and reason (`-` where there is none), then the sentence. */
export function plainLine({ at, job, event, cause, action, reason, headline, detail }: DemoEvent): string {
  const field = (name: string, value: string | null): string => `${name}=${plain(value ?? '', 80) || '-'}`;
  const fields = [field('cause', cause), field('action', action), field('reason', reason)];
  // The headline of a decision only repeats the fields.
  const sentence = detail === '' ? headline : event === 'fault' ? `${headline}: ${detail}` : detail;
  return `${clockTime(at, true)} ${plain(job, 60)} ${plain(event, 40)} ${fields.join(' ')} ${plain(sentence)}`.trimEnd();
}
