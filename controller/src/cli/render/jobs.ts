import type { JobView } from '../../report/api-model.ts';
import { plain, type Terminal } from '../terminal.ts';
import { type Cell, renderTable } from './table.ts';
import { relative, shortDuration } from './time.ts';

type Paint = Terminal['paint'];

const HEAD = ['JOB', 'STATE', 'LAG', 'PARALLELISM', 'TM', 'RESTORE POINT', 'MODE', 'DECISION'];
const UNKNOWN = '-';

/** The fleet at a glance: a line a job, the ones that need a person marked. */
export function renderJobs(jobs: readonly JobView[], now: number, paint: Paint): string {
  if (jobs.length === 0) return 'no jobs\n';
  const head = HEAD.map((text): Cell => ({ text, paint: (it) => paint('dim', it) }));
  return renderTable([head, ...jobs.map((job) => rowOf(job, now, paint))]);
}

function rowOf(job: JobView, now: number, paint: Paint): readonly Cell[] {
  return [
    { text: plain(job.key) },
    stateCell(job, paint),
    { text: job.lagMs === null ? UNKNOWN : shortDuration(job.lagMs) },
    { text: job.parallelism.map((it) => it.parallelism).join('/') || UNKNOWN },
    { text: taskManagersText(job) },
    { text: job.restorePoint === null ? UNKNOWN : relative(job.restorePoint.completedAt, now) },
    { text: job.mode },
    decisionCell(job, paint),
  ];
}

/** `RUNNING`, green when healthy, red when not. */
export function stateCell(job: JobView, paint: Paint): Cell {
  const text = plain(job.state ?? 'unknown');
  if (job.healthy === null) return { text, paint: (it) => paint('yellow', it) };
  return { text, paint: (it) => paint(job.healthy === true ? 'green' : 'red', it) };
}

/** `3`, or `2 of 3` while some are missing. */
export function taskManagersText({ taskManagers }: JobView): string {
  const { wanted = null, registered = null } = taskManagers ?? {};
  if (registered === null) return wanted === null ? UNKNOWN : `? of ${wanted}`;
  return wanted === null || wanted === registered ? `${registered}` : `${registered} of ${wanted}`;
}

function decisionCell(job: JobView, paint: Paint): Cell {
  if (job.page !== null) return { text: `PAGE ${plain(job.page.cause)}`, paint: (it) => paint('red', it) };
  if (job.remediation !== null) {
    return {
      text: `${job.remediation.action} ${job.remediation.phase}`,
      paint: (it) => paint('cyan', it),
    };
  }
  if (job.decision === null) return { text: UNKNOWN };
  const { kind, reason } = job.decision;
  return { text: kind === 'Nothing' ? plain(reason) : `${kind} ${plain(reason)}`, paint: decisionPaint(kind, paint) };
}

/** Holds stand out; what is fine does not. */
export function decisionPaint(kind: string, paint: Paint): Cell['paint'] {
  if (kind === 'Hold' || kind === 'Propose') return (it) => paint('yellow', it);
  return kind === 'Act' ? (it) => paint('cyan', it) : undefined;
}
