import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessOptions } from './cluster-state.ts';
import { userJavaOptions } from './flink-conf.ts';
import { type Distribution, MODULE_OPTIONS } from './java.ts';
import type { Layout } from './layout.ts';
import { MARKERS, identityOf } from './processes.ts';

/** One process to start. */
export interface Launch {
  readonly component: 'jobmanager' | 'taskmanager';
  readonly pod: string;
  /** Key of the step: the marker by which the process is found again. */
  readonly step: string;
  readonly incarnation: number;
  readonly metricsPort: number;
  readonly memory: ProcessOptions;
}

/** What all processes of a cluster share. */
export interface LaunchContext {
  readonly layout: Layout;
  readonly java: string;
  readonly distribution: Distribution;
  readonly options: Readonly<Record<string, string>>;
  /** The environment that the processes get beside their markers. */
  readonly env: Readonly<Record<string, string>>;
}

const MAIN_CLASS = {
  jobmanager: 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint',
  taskmanager: 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner',
};

/**
 * Starts a process in a session of its own: it outlives Drey and answers no terminal. Returns its identity, pid@start.
 * Throws when it could not be started or ended at once.
 */
export async function launch(request: Launch, context: LaunchContext): Promise<string> {
  const { layout } = context;
  const temporary = layout.temporaryOf(request.pod);
  // What an earlier process of this pod left: it ended by SIGKILL.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  await mkdir(layout.logs, { recursive: true });
  const output = await open(layout.outputOf(request.pod), 'a');
  try {
    const child = spawn(context.java, commandLine(request, context), {
      cwd: layout.root,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: environment(request, context),
    });
    // Without a pid there is no process, and the reason comes as an event.
    if (child.pid === undefined) throw (await once(child, 'error'))[0];
    child.unref();
    const identity = await identityOf(child.pid);
    if (identity === undefined) throw new Error(`${request.pod} ended at once: see ${layout.outputOf(request.pod)}`);
    return identity;
  } finally {
    await output.close();
  }
}

function commandLine(request: Launch, { layout, distribution, options }: LaunchContext): readonly string[] {
  const own = request.component === 'taskmanager' ? { 'taskmanager.resource-id': request.pod } : {};
  const dynamic = Object.entries({
    'metrics.reporter.prom.port': String(request.metricsPort),
    'io.tmp.dirs': layout.temporaryOf(request.pod),
    ...own,
  }).flatMap(([key, value]) => ['-D', `${key}=${value}`]);
  return [
    ...request.memory.jvm,
    ...MODULE_OPTIONS,
    // Flink's RPC and web parts unpack themselves there, and a killed process cleans up nothing.
    `-Djava.io.tmpdir=${layout.temporaryOf(request.pod)}`,
    ...userJavaOptions(options, request.component),
    `-Dlog.file=${layout.logOf(request.pod)}`,
    `-Dlog4j.configurationFile=${join(layout.conf, 'log4j.properties')}`,
    '-cp',
    distribution.classPath,
    MAIN_CLASS[request.component],
    '--configDir',
    layout.conf,
    ...request.memory.flink,
    ...dynamic,
  ];
}

function environment(request: Launch, { layout, distribution, env }: LaunchContext): Record<string, string> {
  return {
    ...env,
    FLINK_CONF_DIR: layout.conf,
    FLINK_PLUGINS_DIR: distribution.plugins,
    FLINK_LOG_DIR: layout.logs,
    [MARKERS.cluster]: layout.id,
    [MARKERS.pod]: request.pod,
    [MARKERS.step]: request.step,
    [MARKERS.incarnation]: String(request.incarnation),
  };
}
