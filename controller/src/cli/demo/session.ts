import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../io/clock.ts';
import { silentLog } from '../../io/log.ts';
import { fixedPolicies } from '../../loop/policy-source.ts';
import { type Running, startOn } from '../../loop/wire.ts';
import type { ApiModel } from '../../report/api-model.ts';
import { createMetrics } from '../../report/metrics.ts';
import { formatAddress } from '../../resources/config/address.ts';
import { type DreyConfig, dreyConfig } from '../../resources/config/config.ts';
import { API_VERSION } from '../../resources/object.ts';
import type { LoadedPolicy } from '../../resources/policy/loaded.ts';
import type { Scenario } from '../../resources/scenario/scenario.ts';
import { createApi } from '../../server/api.ts';
import { listen, type Listening } from '../../server/listen.ts';
import type { SimulatedFleet } from '../../simulate/contract.ts';
import { demoScenario } from '../../simulate/demo/scenario.ts';
import { createSimulatedFleet } from '../../simulate/fleet.ts';
import { TimeLapseClock } from '../../simulate/time-lapse-clock.ts';
import { openFileStore } from '../../store/file/file-store.ts';
import { VERSION } from '../version.ts';
import { Chronicle } from './chronicle.ts';
import { LoadHistory } from './history.ts';
import { ACTIONS_PER_HOUR, demoPolicies } from './policies.ts';
import { CHART_SPAN_MS } from './render-frame.ts';
import { tapStore } from './tap-store.ts';

/** How the demo runs. */
export interface DemoOptions {
  /** Virtual seconds a second, above 0. */
  readonly speed: number;
  readonly seed: number;
  /** Real time. */
  readonly clock: Clock;
}

/** A simulated fleet with the real Drey at work on it. */
export interface DemoSession {
  readonly clock: TimeLapseClock;
  readonly fleet: SimulatedFleet;
  readonly api: ApiModel;
  /** URL of Drey's API. */
  readonly server: string;
  readonly chronicle: Chronicle;
  readonly history: LoadHistory;
  readonly policies: readonly LoadedPolicy[];
  /** Aborted when the loop ended by itself. */
  readonly broken: AbortSignal;
  /** Looks at what is new. */
  look(): void;
  /** Ends the loop, closes the API. Rejects where the loop had failed. */
  close(): Promise<void>;
}

/** A new folder for the journal: the caller removes it, also when the start fails. */
export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'drey-demo-'));
}

/** Removes what `makeFolder` made. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** A quarter of an hour before a window of the demo's policies opens: long enough to see a hold, short enough to see it end. */
const START = Date.parse('2026-06-01T01:45:00Z');
/** While it ends nobody watches: what waits for virtual time must not wait long. */
const ENDING_SPEED = 3600;

/** Starts everything; nothing outside `folder` is written. */
export async function openDemo(folder: string, options: DemoOptions): Promise<DemoSession> {
  const scenario = demoScenario(options.seed);
  const clock = new TimeLapseClock({ real: options.clock, speed: options.speed, start: START });
  const policies = demoPolicies();
  const fleet = createSimulatedFleet({ scenario, clock, seed: options.seed, actionsPerHour: ACTIONS_PER_HOUR });
  const chronicle = new Chronicle();
  const history = new LoadHistory(CHART_SPAN_MS);
  const stop = new AbortController();
  let running: Running | undefined;
  const store = tapStore(await openFileStore({ folder, clock, log: silentLog }), (it) =>
    chronicle.written(it, clock.now()),
  );
  const server = await openApi(() => running?.api);
  try {
    running = await startOn(
      { ...fleet.ports, store },
      {
        config: configOf(scenario, folder),
        policies: fixedPolicies(policies, clock.now()),
        log: silentLog,
        clock,
        metrics: createMetrics(VERSION),
        signal: stop.signal,
      },
    );
  } catch (error) {
    await Promise.all([server.close(), store.close()]);
    throw error;
  }
  const { api, stopped } = running;
  const broken = new AbortController();
  stopped.catch(() => broken.abort());
  return {
    clock,
    fleet,
    api,
    server: `http://${formatAddress(server.address)}`,
    chronicle,
    history,
    policies,
    broken: broken.signal,
    look() {
      history.add(fleet.view());
      chronicle.look(fleet, api);
    },
    async close() {
      stop.abort();
      clock.resume();
      clock.setSpeed(Math.max(clock.speed, ENDING_SPEED));
      await server.close();
      await stopped;
    },
  };
}

function openApi(model: () => ApiModel | undefined): Promise<Listening> {
  return listen(createApi({ model, tokens: [], version: VERSION, log: silentLog }), { host: '127.0.0.1', port: 0 });
}

/** Everything else as it is for everybody. */
function configOf({ tick, scrape }: Scenario, folder: string): DreyConfig {
  return dreyConfig.parse({
    apiVersion: API_VERSION,
    kind: 'DreyConfig',
    tick: `${tick}ms`,
    store: { file: folder },
    // Metrics come from the simulation; this address is never called.
    sources: { prometheus: { url: 'http://127.0.0.1:1', scrapeInterval: `${scrape}ms` } },
    limits: { concurrent: 2 },
  });
}
