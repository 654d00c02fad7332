import reasons from '../../../catalogue/hold-reasons.json' with { type: 'json' };
import { METRICS, type MetricRow } from '../../../controller/src/report/metric-table.ts';
import { ERRORS } from '../../../controller/src/resources/errors.ts';
import { code, markdownTable } from './markdown.ts';

export function errorReference(): string {
  const rows = Object.entries(ERRORS).map(([name, { exit, meaning, hint }]) => [code(name), `${exit}`, meaning, hint]);
  return `# Errors

Every error is one line on standard error: \`CODE: message; hint: what to do\`. The codes don't change.

${markdownTable(['code', 'exit code', 'meaning', 'hint'], rows)}`;
}

export function metricReference(): string {
  const rows = Object.entries<MetricRow>(METRICS).map(([name, { type, labels, help }]) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ]);
  return `# Metrics

What Drey tells about itself at \`/metrics\` of the telemetry address. \`platform\`, \`namespace\`, \`kind\` and \`name\` are the
parts of a job's key.

${markdownTable(['metric', 'type', 'labels', 'meaning'], rows)}
## Reasons of holds

Values of \`reason\` in \`drey_holds_total\`, in decisions and in remediations. The names don't change.

${markdownTable(
  ['reason', 'meaning'],
  Object.entries(reasons).map(([name, meaning]) => [code(name), meaning]),
)}`;
}
