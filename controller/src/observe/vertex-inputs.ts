import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { VertexLoad } from '../core/model/snapshot.ts';
import type { Topology, TopologyVertex } from '../core/model/topology.ts';
import type { FleetSeries, RunSeries, VertexQuery, VertexSeries } from './fleet-series.ts';
import { ageProblem, failureOf, type Problem, reject } from './job-inputs.ts';

/** What the vertices of one run are judged by. Durations in ms. */
export interface VertexContext {
  readonly fleet: FleetSeries;
  readonly run: RunSeries | null;
  readonly topology: Input<Topology>;
  readonly freshMs: number;
  readonly windowMs: number;
  /** How long the job has been RUNNING; null where that is not known. */
  readonly runningForMs: number | null;
}

/** Loads of the vertices and the problem that their readings share with the lag. */
export interface VertexReadings {
  readonly vertices: Input<readonly VertexLoad[]>;
  /** Why gauges of the same tasks can't be used either; null when they can. */
  readonly gaugeProblem: Problem | null;
}

const RATES: readonly VertexQuery[] = [
  'vertexIn',
  'vertexOut',
  'vertexBusy',
  'vertexIdle',
  'vertexBackPressured',
  'vertexBusiest',
];
const GAUGES: readonly VertexQuery[] = ['vertexSubtasks', 'vertexAge', 'sourcePending', 'sourceLag'];
const QUERIES: readonly VertexQuery[] = [...RATES, ...GAUGES, 'sourceIn', 'sourcePendingGrowth'];

/**
 * Busy + idle + backpressured time of a subtask is wall time (Flink computes busy as the rest), so their sum must be
 * near 1000 ms/s. 700–1300 leaves room for Flink's updates each 5 s and for delta()'s extrapolation.
 */
const PLAUSIBLE = { from: 700, to: 1300 } as const;

/** Judges the vertices' series. Nothing that is missing becomes a zero. */
export function vertexReadings(context: VertexContext): VertexReadings {
  const { run, topology } = context;
  const problem = seriesProblem(context);
  if (problem !== null || run === null) return rejected(problem ?? NO_SERIES);
  if (topology.freshness !== 'fresh') {
    return rejected({ freshness: 'partial', detail: 'the expected number of subtasks is not known', ageMs: null });
  }
  const missing = subtaskProblem(run, topology.value);
  if (missing !== null) return rejected(missing);
  return judgeRates(run, topology.value, context);
}

const NO_SERIES: Problem = { freshness: 'absent', detail: 'no series', ageMs: null };

function rejected(problem: Problem): VertexReadings {
  return { vertices: reject(problem), gaugeProblem: problem };
}

/** What is wrong with the series themselves, whatever the job looks like. */
function seriesProblem({ fleet, run, freshMs }: VertexContext): Problem | null {
  const failure = failureOf(fleet, QUERIES);
  if (failure !== null) return failure;
  if (run === null || run.vertices.size === 0) return NO_SERIES;
  const vertices = [...run.vertices.values()];
  const nan = vertices.find(({ values }) => GAUGES.some((query) => Number.isNaN(values.get(query))));
  if (nan !== undefined) return { freshness: 'nan', detail: `a value of ${nan.name} is NaN`, ageMs: null };
  const age = ageProblem(oldest(vertices), freshMs);
  if (age !== null) return age;
  const zeroed = vertices.find((vertex) => vertex.values.get('vertexSubtasks') === 0 || stoodStill(vertex));
  if (zeroed === undefined) return null;
  return { freshness: 'implausible', detail: `no time passes for ${zeroed.name}`, ageMs: oldest(vertices) };
}

function stoodStill(vertex: VertexSeries): boolean {
  return vertex.values.has('vertexBusy') && timePassed(vertex) === 0;
}

function oldest(vertices: readonly VertexSeries[]): number | null {
  const ages = vertices.flatMap((vertex) => vertex.values.get('vertexAge') ?? []);
  return ages.length < vertices.length ? null : Math.max(...ages) * 1000;
}

function timePassed({ values }: VertexSeries): number {
  return (values.get('vertexBusy') ?? 0) + (values.get('vertexIdle') ?? 0) + (values.get('vertexBackPressured') ?? 0);
}

/** Vertices whose subtasks are not exactly those that Flink runs, as text; null when all report. */
export function subtaskMismatch(run: RunSeries, topology: Topology): string | null {
  const wrong = topology.vertices.flatMap((vertex) => {
    const reporting = run.vertices.get(vertex.id)?.values.get('vertexSubtasks') ?? 0;
    return reporting === vertex.parallelism ? [] : [`${reporting} of ${vertex.parallelism} subtasks of ${vertex.name}`];
  });
  return wrong.length === 0 ? null : `${wrong.slice(0, 3).join(', ')} report`;
}

function subtaskProblem(run: RunSeries, topology: Topology): Problem | null {
  const detail = subtaskMismatch(run, topology);
  return detail === null ? null : { freshness: 'partial', detail, ageMs: oldest([...run.vertices.values()]) };
}

function judgeRates(run: RunSeries, topology: Topology, context: VertexContext): VertexReadings {
  const ageMs = oldest([...run.vertices.values()]) ?? 0;
  const young = context.runningForMs !== null && context.runningForMs < context.windowMs;
  const loads: VertexLoad[] = [];
  for (const vertex of topology.vertices) {
    const series = run.vertices.get(vertex.id);
    if (series === undefined) return rejected(NO_SERIES);
    const problem = rateProblem(vertex, series);
    if (problem !== null && (young || problem.freshness === 'partial')) {
      // The gauges are right all the same.
      const detail = `rates of ${vertex.name} do not cover ${context.windowMs / 1000} s of this run yet`;
      return { vertices: unusable('partial', 'prometheus', detail, ageMs), gaugeProblem: null };
    }
    if (problem !== null) return rejected({ ...problem, ageMs });
    loads.push(load(vertex, series));
  }
  return { vertices: fresh(loads, 'prometheus', ageMs), gaugeProblem: null };
}

function rateProblem(vertex: TopologyVertex, series: VertexSeries): Problem | null {
  if (RATES.some((query) => !series.values.has(query)))
    return { freshness: 'partial', detail: 'no rate yet', ageMs: null };
  // Flink writes NaN for the busy time of a task that has not begun.
  if (RATES.some((query) => Number.isNaN(series.values.get(query)))) {
    return { freshness: 'nan', detail: `a rate of ${vertex.name} is NaN`, ageMs: null };
  }
  const perSubtask = timePassed(series) / vertex.parallelism;
  if (perSubtask >= PLAUSIBLE.from && perSubtask <= PLAUSIBLE.to) return null;
  const detail = `${vertex.name}: ${Math.round(perSubtask)} ms/s busy, idle or backpressured a subtask, not 1000`;
  return { freshness: 'implausible', detail, ageMs: null };
}

/** Shares are of the time that the window shows, which is not exactly the window. */
function load(vertex: TopologyVertex, series: VertexSeries): VertexLoad {
  const read = (query: VertexQuery): number => series.values.get(query) ?? 0;
  const perSubtask = timePassed(series) / vertex.parallelism;
  // Busy time steps back when idle time is booked late.
  const share = (query: VertexQuery): number => Math.max(0, read(query)) / perSubtask;
  const growth = series.values.get('sourcePendingGrowth') ?? null;
  return {
    id: vertex.id,
    name: vertex.name,
    subtasks: read('vertexSubtasks'),
    inRate: inRate(vertex, series),
    outRate: read('vertexOut'),
    busy: share('vertexBusy') / vertex.parallelism,
    idle: share('vertexIdle') / vertex.parallelism,
    backPressured: share('vertexBackPressured') / vertex.parallelism,
    busiest: Math.min(1, share('vertexBusiest')),
    pending: series.values.get('sourcePending') ?? null,
    pendingGrowth: growth === null || Number.isNaN(growth) ? null : growth,
  };
}

/** Records read by a source: its task's counter, else the operator's (the task's is 0 in old versions), else what it emits. */
function inRate(vertex: TopologyVertex, series: VertexSeries): number {
  const received = series.values.get('vertexIn') ?? 0;
  if (vertex.inputs.length > 0 || received > 0) return received;
  const read = series.values.get('sourceIn') ?? 0;
  return read > 0 ? read : (series.values.get('vertexOut') ?? 0);
}
