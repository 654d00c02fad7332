import type { LoadPoint, Look } from './frame.ts';
import { fitRight } from './text.ts';

/** A chart's place: its columns and rows with axis figures, and the last instant it shows. */
export interface ChartFrame extends Look {
  readonly at: number;
  /** Time from the left edge to the right, ms. */
  readonly spanMs: number;
}

/** Demand and capacity of one slice of time; null where nothing is known. */
type Slice = { readonly demand: number; readonly capacity: number } | null;

const AXIS = 8;
const count = new Intl.NumberFormat('en');

/** Demand as an area, capacity as a line: told apart without colours. Last row: times. */
export function renderChart(points: readonly LoadPoint[], chart: ChartFrame): readonly string[] {
  const [columns, rows] = [chart.columns - AXIS, chart.rows - 1];
  const perColumn = chart.unicode ? 2 : 1;
  const slices = slicesOf(points, chart, columns * perColumn);
  const top = niceTop(Math.max(1, ...slices.map((it) => Math.max(it?.demand ?? 0, it?.capacity ?? 0))));
  const area = chart.unicode ? braille(slices, { columns, rows, top }) : ascii(slices, { columns, rows, top });
  const corner = chart.unicode ? '┤' : '|';
  const body = area.map((cells, row) => {
    const figure = row === 0 ? count.format(top) : row === rows - 1 ? '0' : '';
    return `${chart.paint('dim', `${fitRight(figure, AXIS - 2)} ${corner}`)}${painted(cells, chart)}`;
  });
  return [...body, chart.paint('dim', timeAxis(chart, columns))];
}

/** A cell and what it shows, for its colour. */
interface Cell {
  readonly text: string;
  readonly of: 'demand' | 'capacity' | 'nothing';
}

interface Area {
  readonly columns: number;
  readonly rows: number;
  /** Figure at the upper edge. */
  readonly top: number;
}

function painted(cells: readonly Cell[], { paint }: Look): string {
  let text = '';
  for (let i = 0; i < cells.length; ) {
    const of = cells[i]?.of;
    let run = '';
    for (; i < cells.length && cells[i]?.of === of; i++) run += cells[i]?.text;
    text += of === 'demand' ? paint('cyan', run) : of === 'capacity' ? paint('yellow', run) : run;
  }
  return text;
}

/** Slices start at whole multiples of their length, so that the picture moves by whole steps and never trembles. */
function slicesOf(points: readonly LoadPoint[], { at, spanMs }: ChartFrame, slices: number): Slice[] {
  const lengthMs = spanMs / slices;
  const last = Math.floor(at / lengthMs);
  const found = Array.from({ length: slices }, (): { demand: number; capacity: number; points: number } => ({
    demand: 0,
    capacity: 0,
    points: 0,
  }));
  for (const point of points) {
    const slice = found[Math.floor(point.at / lengthMs) - last + slices - 1];
    if (slice === undefined) continue;
    slice.demand += point.demand;
    slice.capacity += point.capacity;
    slice.points += 1;
  }
  let before: Slice = null;
  return found.map(({ demand, capacity, points: n }) => {
    // Between two points of a slow clock the last one holds.
    before = n === 0 ? before : { demand: demand / n, capacity: capacity / n };
    return before;
  });
}

/** A round figure with a little room above the value. */
function niceTop(value: number): number {
  const most = value * 1.04;
  const unit = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((it) => it * unit >= most) ?? 10) * unit;
}

/** Bit of each dot in a braille character: two columns, four rows. */
const DOTS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

function braille(slices: readonly Slice[], { columns, rows, top }: Area): Cell[][] {
  const height = rows * 4;
  const level = (value: number): number => Math.min(height - 1, Math.round((value / top) * (height - 1)));
  const dot = (x: number, y: number): 'demand' | 'capacity' | null => {
    const slice = slices[x];
    if (slice === null || slice === undefined) return null;
    const [demand, capacity] = [level(slice.demand), level(slice.capacity)];
    if (y === capacity) return 'capacity';
    // A gap around the line keeps it visible inside the area.
    if (Math.abs(y - capacity) === 1) return null;
    return y === demand || (y < demand && (x + y) % 2 === 0) ? 'demand' : null;
  };
  return grid(columns, rows, (column, row) => {
    let [bits, of]: [number, Cell['of']] = [0, 'nothing'];
    for (const [dy, pair] of DOTS.entries()) {
      for (const [dx, bit] of pair.entries()) {
        const shown = dot(column * 2 + dx, height - 1 - (row * 4 + dy));
        if (shown === null) continue;
        bits |= bit;
        if (of !== 'capacity') of = shown;
      }
    }
    return { text: bits === 0 ? ' ' : String.fromCodePoint(0x2800 + bits), of };
  });
}

function ascii(slices: readonly Slice[], { columns, rows, top }: Area): Cell[][] {
  const level = (value: number): number => Math.min(rows - 1, Math.round((value / top) * (rows - 1)));
  return grid(columns, rows, (column, row) => {
    const slice = slices[column];
    const y = rows - 1 - row;
    if (slice === null || slice === undefined) return { text: ' ', of: 'nothing' };
    if (y === level(slice.capacity)) return { text: '=', of: 'capacity' };
    return y <= level(slice.demand) ? { text: '#', of: 'demand' } : { text: ' ', of: 'nothing' };
  });
}

function grid(columns: number, rows: number, cell: (column: number, row: number) => Cell): Cell[][] {
  return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (__, column) => cell(column, row)));
}

function timeAxis({ at, spanMs }: ChartFrame, columns: number): string {
  const [left, middle, right] = [at - spanMs, at - spanMs / 2, at].map(clockTime);
  const half = Math.max(0, Math.floor((columns - 15) / 2));
  const rest = Math.max(0, columns - 15 - half);
  return `${' '.repeat(AXIS)}${left}${' '.repeat(half)}${middle}${' '.repeat(rest)}${right}`;
}

/** `12:31`, or `12:31:05` where `seconds`. */
export function clockTime(at: number, seconds: unknown = false): string {
  return new Date(at).toISOString().slice(11, seconds === true ? 19 : 16);
}
