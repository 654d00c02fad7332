import { fresh, type Input, unusable } from '../core/model/input.ts';
import type { Lag } from '../core/model/snapshot.ts';
import type { Topology, TopologyVertex } from '../core/model/topology.ts';
import type { VertexSeries } from './fleet-series.ts';
import { failureOf, reject } from './job-inputs.ts';
import type { VertexContext, VertexReadings } from './vertex-inputs.ts';

/**
 * Lag of a job: the largest of its sources. Absent (`LagUnknown`) where one of them shows neither event time nor a
 * backlog: what is not known is not 0.
 */
export function lagInput(context: VertexContext, readings: VertexReadings): Input<Lag> {
  const failure = failureOf(context.fleet, ['sourceLag', 'sourcePending']) ?? readings.gaugeProblem;
  if (failure !== null) return reject(failure);
  const { run, topology } = context;
  if (run === null || topology.freshness !== 'fresh') return unusable('absent', 'prometheus', 'no series');
  const rates = new Map(
    readings.vertices.freshness === 'fresh' ? readings.vertices.value.map((vertex) => [vertex.id, vertex.inRate]) : [],
  );
  const lags: Lag[] = [];
  let ageMs = 0;
  for (const source of sources(topology.value)) {
    const series = run.vertices.get(source.id);
    const lag = series === undefined ? 'no series' : sourceLag(series, rates.get(source.id) ?? null);
    if (typeof lag === 'string') return unusable('absent', 'prometheus', `LagUnknown: ${source.name}: ${lag}`);
    lags.push(lag);
    ageMs = Math.max(ageMs, (series?.values.get('vertexAge') ?? 0) * 1000);
  }
  const largest = lags.sort((a, b) => b.lagMs - a.lagMs)[0];
  return largest === undefined
    ? unusable('absent', 'prometheus', 'LagUnknown: no source')
    : fresh(largest, 'prometheus', ageMs);
}

function sources(topology: Topology): readonly TopologyVertex[] {
  return topology.vertices.filter((vertex) => vertex.inputs.length === 0);
}

/**
 * `currentEmitEventTimeLag` of a source that reads is the age of its last record now, so it grows, too, while the source
 * is held back; it holds what waits inside the reader, which `currentFetchEventTimeLag` does not. Records that come late
 * by themselves are no lag: where records are read and none waits, it is 0.
 */
function sourceLag(series: VertexSeries, rate: number | null): Lag | string {
  const eventTime = series.values.get('sourceLag');
  const pending = series.values.get('sourcePending');
  if (eventTime !== undefined && !(pending === 0 && rate !== null && rate > 0)) {
    return { lagMs: eventTime, by: 'eventTime' };
  }
  if (pending === undefined) return 'no event time from a source that reads, and no pendingRecords';
  if (pending === 0) return { lagMs: 0, by: 'pending' };
  if (rate === null) return 'no rate yet';
  return rate > 0 ? { lagMs: (pending / rate) * 1000, by: 'pending' } : `${pending} records wait and none is read`;
}
