import { jobKey } from '../core/model/job-key.ts';
import { JOB_FAULTS, METRICS_FAULTS } from '../resources/scenario/faults.ts';
import { rateWindowMs } from '../sources/prometheus/queries.ts';
import type { FaultInfo, FleetView, JobView, SimulatedFleet, SimulatedFleetOptions } from './contract.ts';
import { EventLog } from './model/events.ts';
import { FAULT_KINDS } from './model/faults/table.ts';
import { FleetModel } from './model/fleet-model.ts';
import { vertexLimit } from './model/graph.ts';
import type { SimulatedJob } from './model/job.ts';
import { Audit } from './ports/audit.ts';
import { simulatedFlinkRest } from './ports/flink-rest.ts';
import { simulatedMetrics } from './ports/metrics.ts';
import { SimulatedPlatform } from './ports/platform.ts';
import { Scrapes } from './ports/scrapes.ts';
import { simulatedStorage } from './ports/storage.ts';
import { NAMESPACE, type World } from './ports/world.ts';

/** Faults that nothing heals end after this where nobody says when, seconds. */
const UNTIL_S = 600;
/** A policy's default. */
const ACTIONS_PER_HOUR = 4;
const ENDLESS: ReadonlySet<string> = new Set(['outOfMemory', 'checkpointFailing', 'storageDown']);

/** A fleet at the start of its scenario. */
export function createSimulatedFleet(options: SimulatedFleetOptions): SimulatedFleet {
  return createSimulatedWorld(options).fleet;
}

/** The same with the world behind it, for tests that change it. */
export function createSimulatedWorld(options: SimulatedFleetOptions): {
  readonly fleet: SimulatedFleet;
  readonly world: World;
} {
  const { scenario, clock } = options;
  const startedAt = clock.now();
  const events = new EventLog(startedAt);
  const model = new FleetModel({ scenario, seed: options.seed ?? scenario.seed, note: events.note });
  const windowS = rateWindowMs(scenario.scrape) / 1000;
  const scrapes = new Scrapes({ model, scrapeS: scenario.scrape / 1000, windowS });
  const audit = new Audit(model, options.actionsPerHour ?? ACTIONS_PER_HOUR);
  scrapes.afterSecond();
  const world: World = { model, clock, startedAt, scrapes, advance };

  function advance(): void {
    const until = Math.floor((clock.now() - startedAt) / 1000);
    while (model.now < until) {
      model.step();
      scrapes.afterSecond();
      audit.step();
    }
  }

  const fleet: SimulatedFleet = {
    ports: {
      platforms: [new SimulatedPlatform(world, audit)],
      metrics: simulatedMetrics(world, { rules: options.rules ?? {}, windowS }),
      logs: null,
      flinkRest: simulatedFlinkRest(world),
      storage: simulatedStorage(world),
      close: () => Promise.resolve(),
    },
    faults: faultInfos(),
    view() {
      advance();
      return viewOf(world, audit);
    },
    eventsAfter(seq) {
      advance();
      return events.after(seq);
    },
    inject(fault) {
      advance();
      const forS = fault.forMs === undefined ? null : fault.forMs / 1000;
      if ('job' in fault) {
        const everyS = fault.everyMs === undefined ? null : fault.everyMs / 1000;
        const lasts = forS ?? (ENDLESS.has(fault.kind) ? UNTIL_S : null);
        model.beginJobFault(fault.job, { kind: fault.kind, forS: lasts, everyS });
      } else model.beginFleetFault({ kind: fault.kind, fault: fault.fault }, forS ?? UNTIL_S);
    },
    clear(job) {
      advance();
      model.clear(job);
    },
  };
  return { fleet, world };
}

function faultInfos(): readonly FaultInfo[] {
  const ofJobs = JOB_FAULTS.flatMap((kind): readonly FaultInfo[] => {
    const rules = FAULT_KINDS[kind];
    return rules === undefined ? [] : [{ kind, ofJob: true, variants: [], summary: rules.summary }];
  });
  return [
    ...ofJobs,
    { kind: 'metrics', ofJob: false, variants: METRICS_FAULTS, summary: 'Prometheus answers nothing, or nonsense' },
    { kind: 'api', ofJob: false, variants: ['error'], summary: 'Flink and the platform answer HTTP 503' },
  ];
}

function viewOf({ model, startedAt }: World, audit: Audit): FleetView {
  return {
    at: startedAt + model.now * 1000,
    startedAt,
    jobs: [...model.jobs.values()].map(jobView),
    faults: model.fleetFaults.map(({ kind, fault }) => `${kind} ${fault}`),
    invariants: audit.invariants(),
  };
}

function jobView(job: SimulatedJob): JobView {
  const { vertices, sources } = job.graph;
  const { all, running } = job.taskManagers;
  const starting = all.filter(({ state }) => state === 'starting' || state === 'waiting').length;
  return {
    key: jobKey({ platform: 'simulated', namespace: NAMESPACE, kind: 'Job', name: job.name }),
    name: job.name,
    state: job.state,
    demand: job.arrivals.reduce((sum, records) => sum + records, 0),
    capacity: capacityOf(job),
    throughput: sources.reduce((sum, index) => sum + (job.flow.vertices[index]?.in ?? 0), 0),
    unread: job.unread,
    lagS: job.lagS,
    parallelism: Object.fromEntries(vertices.map(({ name, index }) => [name, job.parallelism[index] ?? 0])),
    slots: Math.max(...job.parallelism),
    taskManagers: { running: running.length, starting, ended: all.length - running.length - starting },
    taskManagerSeconds: job.taskManagers.seconds,
    restarts: job.run?.restarts ?? 0,
    faults: job.faults.map(({ kind }) => kind),
  };
}

/** How many records/s the sources could read together, in the mix of now, before the tightest vertex is full. */
function capacityOf(job: SimulatedJob): number {
  const arriving = job.arrivals.reduce((sum, records) => sum + records, 0);
  const mix = job.arrivals.map((records) => (arriving > 0 ? records / arriving : 1 / job.arrivals.length));
  const limits = job.graph.vertices.map((vertex) => {
    const share = vertex.perSource.reduce((sum, each, source) => sum + each * (mix[source] ?? 0), 0);
    return share > 0 ? vertexLimit(vertex, job.parallelism[vertex.index] ?? 1) / share : Number.POSITIVE_INFINITY;
  });
  return Math.min(...limits);
}
