import type { Answer } from './answer.ts';
import type { Labels } from './fault.ts';

/** What a label value or a log line may hold in the worst case. */
export const hostileTexts: readonly string[] = [
  '"} or up{x="',
  '`} | line_format `{{.namespace}}',
  '{"level":"error","msg":"\\u0000"}',
  "it's {{ .Value }} $labels ${HOME} $(reboot) %s %n",
  '\\" \\\\ \\n \\',
  'first line\nsecond line\r\nthird line\ttab',
  '\u0000\u0001\u0007\u001b[31mred\u001b[2J\u009b0m\u007f',
  '\u202ereversed\u202c \u2028 \ufeff \ud83d\ude80',
  '__proto__',
  ' ',
  'x'.repeat(1024 * 1024),
];

/** What of a query shapes a made-up answer. */
export interface Asked {
  /** `query_range` instead of `query`. */
  readonly isRange: boolean;
  /** A log query, which is answered with lines. */
  readonly isLog: boolean;
  /** Epoch seconds. */
  readonly at: number;
}

/** An answer of `count` series of value 1 (or of as many streams with a line each), told apart by the label `series`. */
export function manySeries(count: number, labels: Labels, asked: Asked): Answer {
  const names = Array.from({ length: count }, (_, place) => `s${place}`);
  return answerOf(
    names.map((name) => ({ labels: { ...labels, series: name }, line: `line of ${name}` })),
    asked,
  );
}

/** An answer with a series, or a stream, for each hostile text, which is its label `text` and its line. */
export function hostileSeries(labels: Labels, asked: Asked): Answer {
  return answerOf(
    hostileTexts.map((text) => ({ labels: { ...labels, text }, line: text })),
    asked,
  );
}

function answerOf(all: readonly { labels: Labels; line: string }[], { isRange, isLog, at }: Asked): Answer {
  if (isLog) {
    const nanoseconds = `${Math.floor(at * 1000)}000000`;
    const result = all.map(({ labels, line }) => ({ stream: labels, values: [[nanoseconds, line] as const] }));
    return { status: 'success', data: { resultType: 'streams', result } };
  }
  const result = all.map(({ labels }) => ({
    metric: labels,
    ...(isRange ? { values: [[at, '1'] as const] } : { value: [at, '1'] as const }),
  }));
  return { status: 'success', data: { resultType: isRange ? 'matrix' : 'vector', result } };
}
