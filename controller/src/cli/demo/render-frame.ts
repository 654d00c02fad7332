import { plain, type Style } from '../terminal.ts';
import { clockTime, renderChart } from './chart.ts';
import type { DemoEvent, Frame, Look, Panel, Tone } from './frame.ts';
import { jobRows, sayDecision } from './job-rows.ts';
import { cut, fit, fitRight, widthOf, wrap } from './text.ts';

/** The smallest terminal on which everything fits. */
const LEAST = { columns: 72, rows: 20 };
/** Time that the chart shows. */
export const CHART_SPAN_MS = 30 * 60_000;

/** The view as rows of text: exactly as many as the terminal has, none wider. Control characters of jobs never get through. */
export function renderFrame(frame: Frame, look: Look): readonly string[] {
  const rows = tooSmall(look) ? sorry(look) : whole(frame, look);
  return Array.from({ length: look.rows }, (_, i) => cut(rows[i] ?? '', look.columns, dots(look)));
}

const tooSmall = ({ columns, rows }: Look): boolean => columns < LEAST.columns || rows < LEAST.rows;
const dots = ({ unicode }: Look): string => (unicode ? '…' : '~');

function sorry({ columns, rows }: Look): readonly string[] {
  return [
    `drey demo needs ${LEAST.columns} columns and ${LEAST.rows} rows;`,
    `here are ${columns} and ${rows}. Make the window`,
    'larger, or press q and try: drey demo --plain',
  ];
}

function whole(frame: Frame, look: Look): readonly string[] {
  const top = [...title(frame, look), ...jobRows(frame, look), ''];
  const rows = look.rows - top.length - 1;
  return [...top, ...exactly(panel(frame, { ...look, rows }), rows), keys(frame, look)];
}

function exactly(rows: readonly string[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => rows[i] ?? '');
}

const PACE = 22;

function title(frame: Frame, look: Look): readonly string[] {
  const { paint, columns } = look;
  const about = fit(`DREY DEMO  a real Drey looks after ${frame.jobs.length} simulated Flink jobs`, columns - PACE);
  const pace = `${clockTime(frame.at, true)}  ${frame.speed}x`;
  const shown = frame.paused ? `PAUSED  ${pace}` : pace;
  const ask = `npx drey explain ${plain(frame.jobs[frame.selected]?.name ?? 'JOB')} --server ${frame.server}`;
  return [
    paint('bold', about) + paint(frame.paused ? 'yellow' : 'bold', fitRight(shown, PACE)),
    paint('dim', cut(`2nd terminal: ${ask}`, columns, dots(look))),
  ];
}

function panel(frame: Frame, room: Look): readonly string[] {
  switch (frame.panel.kind) {
    case 'explain':
      return explanation(frame.panel, room);
    case 'faults':
      return faultMenu(frame, frame.panel, room);
    case 'load':
      return loadAndEvents(frame, room);
  }
}

function loadAndEvents(frame: Frame, room: Look): readonly string[] {
  const said = saidRows(frame, room);
  const chartRows = Math.min(16, 6 + Math.floor(Math.max(0, room.rows - 15) * 0.3));
  const chart = { ...room, rows: chartRows, at: frame.at, spanMs: CHART_SPAN_MS };
  const eventRows = room.rows - said.length - chartRows - 2;
  return [
    legend(frame, room),
    ...renderChart(frame.load, chart),
    ...said,
    room.paint('bold', 'What happened, and why'),
    ...events(frame.events, { ...room, rows: eventRows }),
  ];
}

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

function legend({ jobs, selected, load }: Frame, { paint, unicode }: Look): string {
  const last = load.at(-1);
  const name = plain(jobs[selected]?.name ?? '');
  if (last === undefined) return paint('bold', name);
  const [area, line] = unicode ? ['⣿', '━'] : ['#', '='];
  const demand = paint('cyan', `${area} demand ${count.format(last.demand)}`);
  const capacity = paint('yellow', `${line} capacity ${count.format(last.capacity)}`);
  return `${paint('bold', name)}  ${demand}   ${capacity}   ${paint('dim', 'records/s')}`;
}

/** Always two rows, so that nothing below jumps. */
function saidRows({ jobs, selected, at }: Frame, { columns, paint, unicode }: Look): readonly string[] {
  const job = jobs[selected];
  if (job === undefined) return ['', ''];
  const { text, style } = sayDecision(job, at);
  const [first = '', ...rest] = wrap(`Drey: ${text}`, columns, '      ');
  const second = rest.length > 1 ? cut(`${rest[0]} ${rest[1]?.trim()}`, columns, unicode ? '…' : '~') : (rest[0] ?? '');
  return [first, second].map((it) => (it === '' ? '' : paint(style, it)));
}

const TONES: Readonly<Record<Tone, Style>> = {
  fault: 'red',
  act: 'cyan',
  hold: 'yellow',
  good: 'green',
  bad: 'red',
  info: 'dim',
  minor: 'dim',
};

/** As many of the newest as there is room for, oldest first. */
function events(all: readonly DemoEvent[], room: Look): readonly string[] {
  const shown: (readonly string[])[] = [];
  let left = room.rows;
  for (const event of together(all.filter(({ tone }) => tone !== 'minor')).toReversed()) {
    if (left <= 0) break;
    const rows = eventRows(event, room, left);
    left -= rows.length;
    shown.unshift(rows);
  }
  return shown.flat();
}

/** Two jobs of which the same is told within this time are told of together, ms. */
const TOGETHER_MS = 30_000;

/** What is told of several jobs at once is one event: when metrics are gone, all jobs are held. */
function together(events: readonly DemoEvent[]): readonly DemoEvent[] {
  const groups: { readonly first: DemoEvent; count: number }[] = [];
  for (const event of events) {
    const last = groups.at(-1);
    const same = last?.first.headline === event.headline && event.at - last.first.at < TOGETHER_MS;
    if (same && event.tone === 'hold') last.count += 1;
    else groups.push({ first: event, count: 1 });
  }
  return groups.map(({ first, count: jobs }) => (jobs === 1 ? first : { ...first, job: `${jobs} jobs` }));
}

function sayEvent({ headline, detail }: DemoEvent): string {
  return detail === '' ? plain(headline) : `${plain(headline)}: ${plain(detail)}`;
}

const NAME = 17;

/** Two rows where it needs them and there are so many left; what Drey would not have done anyway gets one. */
function eventRows(event: DemoEvent, { columns, paint, unicode }: Look, left: number): readonly string[] {
  const ellipsis = unicode ? '…' : '~';
  const head = `${clockTime(event.at)} ${fit(plain(event.job), NAME, ellipsis)} `;
  const width = columns - head.length;
  const style = TONES[event.tone];
  const text = sayEvent(event);
  const [first = '', ...rest] = wrap(text, width);
  const single = rest.length === 0 || left === 1 || (event.event === 'Hold' && event.action === null);
  if (single) return [paint('dim', head) + paint(style, cut(text, width, ellipsis))];
  const second = cut(rest.join(' '), width, ellipsis);
  return [paint('dim', head) + paint(style, first), ' '.repeat(head.length) + paint(style, second)];
}

function explanation({ text, scrolled }: Extract<Panel, { kind: 'explain' }>, room: Look): readonly string[] {
  const rows = explainRows(text, room.columns);
  const from = Math.min(scrolled, Math.max(0, rows.length - room.rows));
  return rows.slice(from, from + room.rows);
}

/** The explanation's rows on a terminal so wide. */
export function explainRows(text: string, columns: number): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrap(line, columns, '      '));
}

function faultMenu(
  frame: Frame,
  { faults, chosen }: Extract<Panel, { kind: 'faults' }>,
  room: Look,
): readonly string[] {
  const { paint, unicode, columns } = room;
  const heading = paint('bold', `Inject a fault: ${plain(frame.jobs[frame.selected]?.name ?? '')}`);
  const visible = Math.max(1, room.rows - 2);
  const from = Math.max(0, Math.min(chosen - Math.floor(visible / 2), faults.length - visible));
  const title = Math.max(0, ...faults.map((it) => widthOf(it.title)));
  const rows = faults.slice(from, from + visible).map((fault, i) => {
    const marked = from + i === chosen;
    const text = cut(`${fit(fault.title, title)}  ${fault.about}`, columns - 2, dots(room));
    return `${marked ? (unicode ? '▸ ' : '> ') : '  '}${marked ? paint('bold', text) : text}`;
  });
  return [heading, ...rows];
}

function keys(frame: Frame, look: Look): string {
  const arrows = look.unicode ? '↑↓' : 'up/down';
  const help: Readonly<Record<Panel['kind'], string>> = {
    load: `${arrows} or 1-${frame.jobs.length} job  e explain  f fault  space pause  +/- speed  q quit`,
    explain: `${arrows} scroll  1-${frame.jobs.length} job  e back  f fault  space pause  q quit`,
    faults: `${arrows} choose  Enter inject  Esc back  1-${frame.jobs.length} job  q quit`,
  };
  return look.paint('dim', help[frame.panel.kind]);
}
