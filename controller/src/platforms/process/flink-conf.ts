import type { ClusterState } from './cluster-state.ts';
import type { ProcessClusterConfig } from './config.ts';

/** Options that the user's settings may replace. `line`: major version of Flink. */
function defaults(config: ProcessClusterConfig, line: number): Readonly<Record<string, string>> {
  // Not percent-encoded: Flink takes paths as they are written.
  const checkpoints = `file://${config.checkpointDir}`;
  const retention = 'RETAIN_ON_CANCELLATION';
  const common = {
    // All processes start together: a TaskManager that was faster than its JobManager must not wait 10 s.
    'cluster.registration.error-delay': '1 s',
    'execution.checkpointing.externalized-checkpoint-retention': retention,
    // Flink answers from a cache of this age, in ms (3 s by default): each step of an action waits for it.
    'web.refresh-interval': '1000',
    // The cluster is the job's own, as in application mode. Only there a job that shrinks is packed on few TaskManagers;
    // else it keeps slots on all of them, and none becomes free.
    'execution.target': 'embedded',
  };
  if (line === 1) return { ...common, 'state.checkpoint-storage': 'filesystem', 'state.checkpoints.dir': checkpoints };
  return {
    ...common,
    'execution.checkpointing.storage': 'filesystem',
    'execution.checkpointing.dir': checkpoints,
  };
}

/** Options that discovery and supervision rest on: never the user's. */
function fixed(config: ProcessClusterConfig, state: ClusterState): Readonly<Record<string, string>> {
  const loopback = '127.0.0.1';
  return {
    'jobmanager.rpc.address': loopback,
    'jobmanager.rpc.port': String(state.rpcPort),
    'jobmanager.bind-host': loopback,
    'jobmanager.memory.process.size': config.jobManagerMemory,
    'rest.address': loopback,
    'rest.bind-address': loopback,
    'rest.port': String(state.restPort),
    'rest.bind-port': String(state.restPort),
    'taskmanager.host': loopback,
    'taskmanager.bind-host': loopback,
    'taskmanager.numberOfTaskSlots': String(config.slotsPerTaskManager),
    'taskmanager.memory.process.size': config.taskManagerMemory,
    'metrics.reporters': 'prom',
    'metrics.reporter.prom.factory.class': 'org.apache.flink.metrics.prometheus.PrometheusReporterFactory',
    // Labels then carry the job's and the vertices' names as they are.
    'metrics.reporter.prom.filterLabelValueCharacters': 'false',
  };
}

/** The whole configuration of a cluster, by option. */
export function flinkOptions(
  config: ProcessClusterConfig,
  state: ClusterState,
  line: number,
): Readonly<Record<string, string>> {
  const given = Object.entries(config.flinkConf).map(([key, value]) => [key, String(value)] as const);
  return { ...defaults(config, line), ...Object.fromEntries(given), ...fixed(config, state) };
}

/** As Flink 2 (YAML) or Flink 1 (`key: value` lines) reads it. */
export function renderFlinkConf(options: Readonly<Record<string, string>>, line: number): string {
  const lines = Object.entries(options).map(([key, value]) => `${key}: ${line === 1 ? value : JSON.stringify(value)}`);
  return `${lines.join('\n')}\n`;
}

/** Java options that the user set for a component, as Flink's own scripts take them. */
export function userJavaOptions(
  options: Readonly<Record<string, string>>,
  component: 'jobmanager' | 'taskmanager',
): readonly string[] {
  const both = [options['env.java.opts.all'], options[`env.java.opts.${component}`]];
  return both.flatMap((text) => (text ?? '').split(/\s+/).filter((option) => option !== ''));
}

/** Log files that are kept small: one file a pod, appended over restarts. */
export const LOG4J_PROPERTIES = `monitorInterval = 30
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = MainAppender
logger.pekko.name = org.apache.pekko
logger.pekko.level = WARN
appender.main.name = MainAppender
appender.main.type = RollingFile
appender.main.append = true
appender.main.fileName = \${sys:log.file}
appender.main.filePattern = \${sys:log.file}.%i
appender.main.layout.type = PatternLayout
appender.main.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
appender.main.policies.type = Policies
appender.main.policies.size.type = SizeBasedTriggeringPolicy
appender.main.policies.size.size = 32MB
appender.main.strategy.type = DefaultRolloverStrategy
appender.main.strategy.max = 3
`;
