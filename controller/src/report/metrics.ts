import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { HOLD_REASONS } from '../core/model/reason.ts';
import {
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  METRICS,
  type MetricRow,
} from './metric-table.ts';

/** One series of a gauge. */
export interface Series<K extends GaugeName> {
  readonly labels: LabelsOf<K>;
  readonly value: number;
}

/** What Drey tells about itself. This module alone knows the metrics library. */
export interface Metrics {
  inc<K extends CounterName>(name: K, labels: LabelsOf<K>, by?: number): void;
  set<K extends GaugeName>(name: K, labels: LabelsOf<K>, value: number): void;
  /** Sets all series of a gauge; those that are not among them end. */
  replace<K extends GaugeName>(name: K, series: readonly Series<K>[]): void;
  observe<K extends HistogramName>(name: K, labels: LabelsOf<K>, value: number): void;
  /** Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** Own registry for each call: nothing is shared. */
export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, row] of Object.entries<MetricRow>(METRICS)) {
    const common = { name, help: row.help, labelNames: [...row.labels], registers: [registry] };
    if (row.type === 'counter') counters.set(name, new Counter(common));
    else if (row.type === 'gauge') gauges.set(name, new Gauge(common));
    else histograms.set(name, new Histogram({ ...common, buckets: [...(row.buckets ?? [])] }));
  }
  const metrics: Metrics = {
    inc: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    replace: (name, series) => {
      const gauge = gauges.get(name);
      gauge?.reset();
      // A gauge without labels would come back as 0, which it never was.
      if (METRICS[name].labels.length === 0) gauge?.remove();
      for (const { labels, value } of series) gauge?.set(labels, value);
    },
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
  metrics.set('drey_info', { version }, 1);
  // An alert on the increase of a counter needs the zero before it.
  for (const reason of HOLD_REASONS) metrics.inc('drey_holds_total', { reason }, 0);
  for (const outcome of ['done', 'failed']) metrics.inc('drey_ticks_total', { outcome }, 0);
  return metrics;
}
