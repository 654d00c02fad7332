import type { JobView } from '../../report/api-model.ts';
import { taskManagersText } from '../render/jobs.ts';
import { relative, shortDuration } from '../render/time.ts';
import { plain, type Style } from '../terminal.ts';
import { clockTime } from './chart.ts';
import type { Frame, JobRow, Look } from './frame.ts';
import { fit, fitRight, widthOf } from './text.ts';

const WIDTH = { marker: 2, state: 10, lag: 9, bar: 4, size: 6, taskManagers: 5 };
const NAME = { least: 8, most: 17 };

/** The table of the jobs: a heading, and a row a job. */
export function jobRows(frame: Frame, look: Look): readonly string[] {
  const widest = Math.max(NAME.least, ...frame.jobs.map((it) => widthOf(plain(it.name))));
  const columns = { name: Math.min(NAME.most, widest), look };
  const heading = row(
    ['', 'JOB', 'STATE', 'LAG/GOAL', '', 'SIZE', 'TM', 'DREY'].map((text) => ({ text })),
    columns,
  );
  return [
    look.paint('dim', heading),
    ...frame.jobs.map((job, i) => row(cellsOf(job, i === frame.selected, look), columns)),
  ];
}

interface Cell {
  readonly text: string;
  readonly style?: Style | undefined;
}

function row(cells: readonly Cell[], { name, look }: { readonly name: number; readonly look: Look }): string {
  const dots = look.unicode ? '…' : '~';
  const { marker, state, lag, bar, size, taskManagers } = WIDTH;
  const widths = [marker, name, state, lag, bar, size, taskManagers];
  const used = widths.reduce((sum, it) => sum + it, 0) + widths.length - 1;
  const shown = cells.map(({ text, style }, i) => {
    const width = widths[i] ?? Math.max(0, look.columns - used);
    const cell = i === 3 || i === 5 ? fitRight(text, width) : fit(text, width, dots);
    return style === undefined ? cell : look.paint(style, cell);
  });
  // The marker touches the name: two columns are enough for it.
  return `${shown[0]}${shown.slice(1).join(' ')}`.trimEnd();
}

function cellsOf(job: JobRow, selected: boolean, look: Look): readonly Cell[] {
  const { view, lagMs, maxLagMs } = job;
  const lagStyle = lagMs > maxLagMs ? 'red' : lagMs > maxLagMs / 2 ? 'yellow' : 'green';
  const drey = view === null ? { text: 'first look' } : dreyCell(view, look.columns >= 110);
  return [
    { text: selected ? (look.unicode ? '▸' : '>') : '', style: 'bold' },
    { text: plain(job.name), style: selected ? 'bold' : undefined },
    { text: plain(job.state), style: job.state === 'RUNNING' ? 'green' : 'red' },
    { text: `${shortDuration(lagMs)}/${shortDuration(maxLagMs)}`, style: lagStyle },
    { text: lagBar(lagMs / maxLagMs, look), style: lagStyle },
    { text: sizeText(job, look) },
    { text: view === null ? '' : taskManagersText(view).replace(' of ', '/') },
    drey,
  ];
}

function lagBar(share: number, { unicode }: Look): string {
  const full = Math.min(WIDTH.bar, Math.ceil(share * WIDTH.bar - 0.25));
  const [on, off] = unicode ? ['█', '░'] : ['#', '.'];
  return on.repeat(Math.max(0, full)) + off.repeat(WIDTH.bar - Math.max(0, full));
}

/** `10`, or `10→31` while it is on its way from one size to another. */
function sizeText({ slots, view }: JobRow, { unicode }: Look): string {
  const wanted = Object.values(view?.remediation?.params.parallelism ?? {});
  const goal = Math.max(0, ...wanted);
  return wanted.length === 0 || goal === slots ? `${slots}` : `${slots}${unicode ? '→' : '>'}${goal}`;
}

function dreyCell({ page, remediation, decision }: JobView, wide: boolean): Cell {
  const more = (text: string): string => (wide && text !== '' ? `: ${plain(text, 200)}` : '');
  if (page !== null) return { text: `PAGE ${plain(page.cause)}${more(page.detail)}`, style: 'red' };
  if (remediation !== null) {
    const { action, phase, cause } = remediation;
    return { text: wide ? `${action} ${phase}: ${plain(cause)}` : action, style: 'cyan' };
  }
  if (decision === null) return { text: '' };
  const { kind, reason, detail } = decision;
  if (kind === 'Nothing') return { text: `${plain(reason)}${more(detail)}`, style: 'dim' };
  return { text: `${kind} ${plain(reason)}${more(detail)}`, style: 'yellow' };
}

/** What Drey says of a job now, in whole sentences. */
export function sayDecision({ view }: JobRow, now: number): { readonly text: string; readonly style: Style } {
  if (view === null) return { text: 'Drey has not looked at it yet.', style: 'dim' };
  const { page, remediation, decision } = view;
  if (page !== null) return { text: `Page ${plain(page.cause)}: ${plain(page.detail)}`, style: 'red' };
  if (remediation !== null) {
    const { action, phase, cause, createdAt } = remediation;
    return { text: `${action} for ${plain(cause)}: ${phase}, decided ${relative(createdAt, now)}.`, style: 'cyan' };
  }
  if (decision === null) return { text: 'No decision yet.', style: 'dim' };
  const { kind, reason, action, detail, retryAt } = decision;
  const what = kind === 'Nothing' ? plain(reason) : `${kind} ${plain(reason)}${action === null ? '' : ` (${action})`}`;
  const next =
    retryAt === null || retryAt <= now ? '' : `; may act at ${clockTime(retryAt, true)}, ${relative(retryAt, now)}`;
  return { text: `${what}: ${plain(detail)}${next}`, style: kind === 'Nothing' ? 'dim' : 'yellow' };
}
