import type { Clock } from '../io/clock.ts';
import { createLog, type Log } from '../io/log.ts';
import { StateLocked } from '../io/state-lock.ts';
import type { ApiModel } from '../report/api-model.ts';
import { createMetrics, type Metrics } from '../report/metrics.ts';
import { type Address, formatAddress } from '../resources/config/address.ts';
import type { DreyConfig } from '../resources/config/config.ts';
import { asDreyError, DreyError } from '../resources/errors.ts';
import { assertClosed, type Token } from '../server/access.ts';
import { createApi } from '../server/api.ts';
import { listen, type Listening } from '../server/listen.ts';
import { createTelemetry } from '../server/telemetry.ts';
import type { Environment } from './load/environment.ts';
import type { LoadedSetup } from './load/setup.ts';
import { readTokens } from './load/tokens.ts';
import { watchPolicies } from './load/watch-policies.ts';
import { startDrey } from './start-drey.ts';
import { VERSION } from './version.ts';

/** What `serve` takes from its process. */
export interface ServeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly environment: Environment;
}

interface Parts extends ServeOptions {
  readonly tokens: readonly Token[];
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Serves and runs the loop until the signal is aborted. Throws `DreyError` when the start or the loop fails. */
export async function serve(setup: LoadedSetup, options: ServeOptions): Promise<void> {
  const { config, policies, policyFiles: files } = setup;
  const tokens = await readTokens(config.api.tokens);
  assertClosed(config.listen, tokens);
  const log = createLog({ clock: options.clock, level: config.log.level });
  const parts: Parts = { ...options, tokens, log, metrics: createMetrics(VERSION) };
  let model: ApiModel | undefined;
  // Listening comes first: a port that is taken ends the start before a process of Flink is touched.
  const servers = await openServers(config, parts, () => model);
  try {
    log.info('starting', {
      version: VERSION,
      tickMs: config.tick,
      policies: policies.map((it) => it.title),
      api: formatAddress(servers.api.address),
      telemetry: formatAddress(servers.telemetry.address),
    });
    options.signal.addEventListener('abort', () => log.info('stopping', { reason: String(options.signal.reason) }));
    const source = watchPolicies({ files, policies, clock: options.clock, log });
    const running = await startDrey({ config, policies: source, ...parts });
    model = running.api;
    log.info('running');
    await running.stopped;
  } catch (error) {
    // Whoever was told to stop may end what it waits for by an error.
    if (!options.signal.aborted) throw asStartError(error, config);
  } finally {
    await Promise.all([servers.api.close(), servers.telemetry.close()]);
  }
  log.info('stopped');
}

function asStartError(error: unknown, config: DreyConfig): DreyError {
  if (error instanceof StateLocked) return new DreyError('DREY-STATE-LOCKED', error.message, { cause: error });
  const known = asDreyError(error);
  if (known.code !== 'DREY-INTERNAL' || !(error instanceof Error)) return known;
  if ('path' in error && String(error.path).startsWith(config.store.file)) {
    return new DreyError('DREY-STATE-UNUSABLE', error.message, { cause: error });
  }
  const defect = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return defect ? known : new DreyError('DREY-PLATFORM-UNUSABLE', error.message, { cause: error });
}

async function openServers(
  config: DreyConfig,
  { log, tokens, metrics }: Parts,
  model: () => ApiModel | undefined,
): Promise<{ readonly api: Listening; readonly telemetry: Listening }> {
  const telemetry = await open(createTelemetry({ model, metrics, log }), config.telemetry, 'telemetry');
  try {
    const api = await open(createApi({ model, tokens, version: VERSION, log }), config.listen, 'listen');
    return { api, telemetry };
  } catch (error) {
    await telemetry.close();
    throw error;
  }
}

async function open(app: Parameters<typeof listen>[0], address: Address, key: string): Promise<Listening> {
  try {
    return await listen(app, address);
  } catch (error) {
    if (!(error instanceof DreyError)) throw error;
    throw new DreyError(error.code, `${key}: ${error.message}`, { cause: error });
  }
}
