import type { RunReport, RunSeries } from './fleet-series.ts';

/** The report that is youngest: after a failover the ended JobManager's series may still be there. */
export function youngestReport(run: RunSeries): RunReport | null {
  let best: RunReport | null = null;
  for (const report of run.reports.values()) {
    if (best === null || ageOf(report) < ageOf(best)) best = report;
  }
  return best;
}

function ageOf(report: RunReport): number {
  return report.ageMs ?? Number.POSITIVE_INFINITY;
}

/**
 * Which run of a job name is meant: the one that Flink named (`wanted`) where it is known, else a fresh RUNNING one,
 * the newest of several, else the one with the youngest samples.
 */
export function chooseRun(
  runs: ReadonlyMap<string, RunSeries> | undefined,
  freshMs: number,
  wanted: string | null,
): RunSeries | null {
  if (runs === undefined) return null;
  if (wanted !== null) return runs.get(wanted) ?? null;
  const ranked = [...runs.values()].map((run) => ({ run, ...rank(youngestReport(run), freshMs) }));
  ranked.sort((a, b) => a.order - b.order || a.tie - b.tie || (a.run.flinkJobId < b.run.flinkJobId ? -1 : 1));
  return ranked[0]?.run ?? null;
}

function rank(report: RunReport | null, freshMs: number): { order: number; tie: number } {
  if (report === null) return { order: 3, tie: 0 };
  const age = ageOf(report);
  const running = report.values.get('runningTime') ?? 0;
  // Of two that run, the newer one has run for less time.
  if (age <= freshMs && running > 0) return { order: 0, tie: running };
  return { order: age <= freshMs ? 1 : 2, tie: age };
}
