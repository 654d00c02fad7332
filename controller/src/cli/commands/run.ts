import type { Clock } from '../../io/clock.ts';
import { createLog, type Log } from '../../io/log.ts';
import { StateLocked } from '../../io/state-lock.ts';
import { createMetrics, type Metrics } from '../../report/metrics.ts';
import { type Address, formatAddress } from '../../resources/config/address.ts';
import type { DreyConfig } from '../../resources/config/config.ts';
import { inOrder } from '../../resources/check/finding.ts';
import { DreyError } from '../../resources/errors.ts';
import { assertClosed, type Token } from '../../server/access.ts';
import { createApi } from '../../server/api.ts';
import { listen, type Listening } from '../../server/listen.ts';
import type { ApiModel } from '../../server/model.ts';
import { createTelemetry } from '../../server/telemetry.ts';
import type { Environment } from '../load/environment.ts';
import { type LoadedSetup, loadSetup } from '../load/load.ts';
import { readTokens } from '../load/tokens.ts';
import { startDrey } from '../start-drey.ts';
import type { Terminal } from '../terminal.ts';
import { VERSION } from '../version.ts';
import { renderFindings } from './lint.ts';

export interface RunOptions {
  readonly config: string;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborted by the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** `drey run`: checks everything, then listens, then starts the loop. Throws `DreyError`. */
export async function runCommand({ config: file, terminal, clock, signal }: RunOptions): Promise<number> {
  const loaded = await loadSetup(file, terminal.environment);
  if (!loaded.ok) {
    terminal.err(renderFindings(inOrder(loaded.findings)));
    const count = loaded.findings.length;
    throw new DreyError(
      'DREY-INVALID',
      `${file}: ${count} ${count === 1 ? 'finding' : 'findings'}, nothing was started`,
    );
  }
  const { setup } = loaded;
  const tokens = await readTokens(setup.config.api.tokens);
  assertClosed(setup.config.listen, tokens);
  const log = createLog({ clock, level: setup.config.log.level });
  const { environment } = terminal;
  await serveAndRun(setup, { tokens, log, clock, signal, environment, metrics: createMetrics(VERSION) });
  log.info('stopped');
  return 0;
}

interface Parts {
  readonly tokens: readonly Token[];
  readonly log: Log;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly metrics: Metrics;
  readonly environment: Environment;
}

async function serveAndRun({ config, policies }: LoadedSetup, parts: Parts): Promise<void> {
  const { log, signal } = parts;
  let model: ApiModel | undefined;
  // Listening comes first: a port that is taken ends the start before a process of Flink is touched.
  const servers = await serve(config, parts, () => model);
  try {
    const addresses = { api: shown(servers.api), telemetry: shown(servers.telemetry) };
    log.info('starting', {
      version: VERSION,
      tickMs: config.tick,
      policies: policies.map((it) => it.title),
      ...addresses,
    });
    const running = await startDrey({ config, policies, ...parts }).catch(asStartError);
    model = running.api;
    log.info('running');
    await running.stopped;
  } finally {
    await Promise.all([servers.api.close(), servers.telemetry.close()]);
    if (signal.aborted) log.info('stopping', { reason: String(signal.reason) });
  }
}

function asStartError(error: unknown): never {
  if (!(error instanceof StateLocked)) throw error;
  throw new DreyError('DREY-STATE-LOCKED', error.message, { cause: error });
}

async function serve(
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

const shown = (server: Listening): string => formatAddress(server.address);
