import reasons from '../../../../catalogue/hold-reasons.json' with { type: 'json' };
import type { ExplainView, InputView, RemediationView } from '../../report/api-model.ts';
import { plain, type Terminal } from '../terminal.ts';
import { decisionPaint, stateCell, taskManagersText } from './jobs.ts';
import { type Cell, renderTable } from './table.ts';
import { instant, relative, shortDuration } from './time.ts';

/** How an explanation is written: against which clock, in which colours. */
interface Page {
  readonly view: ExplainView;
  readonly now: number;
  readonly paint: Terminal['paint'];
}

/** Evidence → symptoms → cause → decision, then what is being done and what was done. */
export function renderExplain(view: ExplainView, now: number, paint: Terminal['paint']): string {
  const page = { view, now, paint };
  const parts = [head, paged, inputs, rules, symptoms, cause, decision, restorePoint, underWay, closed];
  return parts
    .map((part) => part(page))
    .filter((text) => text !== '')
    .join('\n');
}

function section({ paint }: Page, title: string, body: string): string {
  return `${paint('bold', title)}\n${body}`;
}

function head({ view: { job, at, conflict }, now, paint }: Page): string {
  const state = stateCell(job, paint);
  const healthy = job.healthy === null ? 'health unknown' : job.healthy ? 'healthy' : 'not healthy';
  const size = job.parallelism.map((it) => `${plain(it.name, 60)} ${it.parallelism}`).join(', ');
  const rows: Cell[][] = [
    [{ text: 'state' }, { text: `${state.paint?.(state.text) ?? state.text}, ${healthy}, seen ${relative(at, now)}` }],
    [{ text: 'lag' }, { text: job.lagMs === null ? 'unknown' : shortDuration(job.lagMs) }],
    [{ text: 'parallelism' }, { text: size === '' ? 'unknown' : size }],
    [{ text: 'TaskManagers' }, { text: taskManagersText(job) }],
    [{ text: 'policy' }, { text: `${plain(job.policy)}, mode ${job.mode}` }],
    ...(conflict.length > 0 ? [[{ text: 'conflict' }, { text: conflict.map((it) => plain(it)).join(' and ') }]] : []),
  ];
  return `${paint('bold', plain(job.key))}\n${renderTable(rows, '  ')}`;
}

function paged(page: Page): string {
  const { page: call } = page.view.job;
  if (call === null) return '';
  const since = `${relative(call.since, page.now)}, ${instant(call.since)}`;
  const body = `  ${page.paint('red', plain(call.cause))}, since ${since}\n  ${plain(call.detail)}\n`;
  return section(page, 'A person should look', body);
}

function inputs(page: Page): string {
  const { view, paint } = page;
  if (view.inputs.length === 0) return section(page, 'Inputs', '  none\n');
  const title = ['INPUT', 'FRESHNESS', 'AGE', 'SOURCE', 'SEEN'].map((text) => dim(text, page));
  const row = (it: InputView): Cell[] => [
    { text: it.input },
    { text: it.freshness, paint: (text) => paint(it.freshness === 'fresh' ? 'green' : 'yellow', text) },
    { text: it.ageMs === null ? '-' : shortDuration(it.ageMs, true) },
    { text: it.source },
    { text: plain(it.detail, 120) },
  ];
  return section(page, 'Inputs', renderTable([title, ...view.inputs.map(row)], '  '));
}

function rules(page: Page): string {
  const { view, paint } = page;
  if (view.rules.length === 0) return '';
  const colours = { True: 'red', Pending: 'yellow', Old: 'yellow', Unknown: 'yellow', False: 'dim' } as const;
  const rows = view.rules.map((it) => [
    { text: it.name },
    { text: it.state, paint: (text: string) => paint(colours[it.state], text) },
    { text: plain(it.detail, 200) },
  ]);
  return section(page, 'Rules', renderTable(rows, '  '));
}

function symptoms(page: Page): string {
  const { view, now } = page;
  if (view.symptoms.length === 0) return section(page, 'Symptoms', '  none\n');
  const rows = view.symptoms.map((it) => [
    { text: it.name },
    { text: relative(it.at, now) },
    { text: plain(it.evidence, 200) },
  ]);
  return section(page, 'Symptoms', renderTable(rows, '  '));
}

function cause(page: Page): string {
  const { cause: found } = page.view;
  if (found === null) return section(page, 'Cause', '  none\n');
  const needs = found.needs.length === 0 ? '' : `, needs ${found.needs.join(', ')}`;
  return section(page, 'Cause', `  ${found.name}${needs}\n`);
}

function decision(page: Page): string {
  const { now, paint } = page;
  const { decision: last } = page.view.job;
  if (last === null) return section(page, 'Decision', '  none yet\n');
  const paintIt = decisionPaint(last.kind, paint) ?? ((text: string) => text);
  const action = last.action === null ? '' : ` (${last.action})`;
  const meaning = Object.hasOwn(reasons, last.reason) ? reasons[last.reason as keyof typeof reasons] : undefined;
  const lines = [
    `${paintIt(`${last.kind} ${plain(last.reason)}`)}${action}, ${relative(last.at, now)}`,
    plain(last.detail),
    ...(meaning === undefined ? [] : [paint('dim', meaning)]),
    ...(last.kind === 'Hold' ? [`may act next: ${nextOf(last.retryAt, now)}`] : []),
  ];
  return section(page, 'Decision', `  ${lines.filter((it) => it !== '').join('\n  ')}\n`);
}

function nextOf(retryAt: number | null, now: number): string {
  if (retryAt === null) return 'when an input or the job changes';
  return retryAt <= now ? 'at the next tick' : `${instant(retryAt)}, ${relative(retryAt, now)}`;
}

function restorePoint(page: Page): string {
  const { restorePoint: point } = page.view.job;
  if (point === null) return section(page, 'Newest restore point', '  none known\n');
  const age = relative(point.completedAt, page.now);
  const body = `  ${point.kind} ${point.checkpointId}, ${age}, checked: ${point.level}\n  ${plain(point.path)}\n`;
  return section(page, 'Newest restore point', body);
}

function underWay(page: Page): string {
  const { remediation } = page.view.job;
  return remediation === null ? '' : section(page, 'Under way', renderRemediation(remediation, page));
}

function closed(page: Page): string {
  const { remediations } = page.view;
  if (remediations.length === 0) return '';
  return section(page, 'Closed lately', remediations.map((it) => renderRemediation(it, page)).join(''));
}

function renderRemediation(it: RemediationView, page: Page): string {
  const { now, paint } = page;
  const style = it.phase === 'Succeeded' ? 'green' : it.endedAt === null ? 'cyan' : 'yellow';
  const ended = it.endedAt === null ? '' : `, last write ended ${relative(it.endedAt, now)}`;
  const begun = `decided ${relative(it.createdAt, now)}${ended}`;
  const said = new Set([it.outcome, it.verification]);
  const lines = [...said].filter((line) => line !== null).map((line) => `    ${plain(line)}\n`);
  const steps = it.steps.map((step) => [
    dim(step.state, page),
    { text: step.step },
    { text: plain(step.key, 64) },
    { text: plain(step.detail ?? '', 120) },
  ]);
  const title = `  ${plain(it.name)}  ${it.action} for ${it.cause}  ${paint(style, it.phase)}  ${begun}\n`;
  return title + renderTable(steps, '    ') + lines.join('');
}

function dim(text: string, { paint }: Page): Cell {
  return { text, paint: (it) => paint('dim', it) };
}
