import { z } from 'zod';
import { API_VERSION } from '../object.ts';
import { fleetLimits } from '../policy/safety.ts';
import { duration, list, text } from '../scalars.ts';
import { address } from './address.ts';
import { processPlatform } from './process.ts';
import { lokiSource, prometheusSource } from './source.ts';

const platform = z.strictObject({
  process: processPlatform.describe('Flink clusters as processes of this machine.'),
});

const token = z.strictObject({
  file: text(4096).describe('Holds the token; whoever can read it has the role.'),
  role: z
    .enum(['viewer', 'operator'])
    .describe('viewer: read. operator: also calls that change something; this version has none.'),
});

/** Configuration of `drey run`. */
export const dreyConfig = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Group and version.'),
  kind: z.literal('DreyConfig').describe('This kind.'),
  listen: address().prefault('127.0.0.1:8480').describe('Address of the API.'),
  telemetry: address().prefault('127.0.0.1:9480').describe('Address of /metrics, /livez and /readyz.'),
  tick: duration('1s', '5m').prefault('15s').describe('Time from one look at the fleet to the next.'),
  store: z
    .strictObject({
      file: text(4096).prefault('./state').describe('Folder of journal and memory; of this Drey alone.'),
    })
    .prefault({})
    .describe('Where Drey remembers.'),
  policies: list(text(4096), 256).prefault([]).describe('Files with FlinkPolicy and ClusterFlinkPolicy.'),
  sources: z
    .strictObject({
      prometheus: prometheusSource.describe("Where the jobs' metrics are."),
      loki: lokiSource.optional().describe("Where the jobs' logs are; policies with rules on logs need it."),
      storage: z
        .strictObject({})
        .prefault({})
        .describe('Where checkpoints are; file systems that this machine sees need no setting.'),
    })
    .describe('Where Drey looks.'),
  platforms: list(platform, 16).prefault([]).describe('What runs Flink.'),
  limits: fleetLimits.prefault({}).describe('Limits over all jobs; policies may only be stricter.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).prefault('info').describe('Lines from this level on.'),
    })
    .prefault({})
    .describe('Log on standard error, JSON lines.'),
  api: z
    .strictObject({
      tokens: list(token, 64).prefault([]).describe('Who may call the API; without any it is open on loopback alone.'),
    })
    .prefault({})
    .describe('Access to the API.'),
});

/** A configuration that passed its schema: durations in ms, defaults filled in. */
export type DreyConfig = z.output<typeof dreyConfig>;
