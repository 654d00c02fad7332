import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ProcessOptions } from './cluster-state.ts';

const run = promisify(execFile);

/** What Flink's own scripts open of JDK 17's modules. */
export const MODULE_OPTIONS: readonly string[] = [
  ...[
    'java.base/sun.net.util',
    'java.rmi/sun.rmi.registry',
    'java.security.jgss/sun.security.krb5',
    ...['api', 'file', 'parser', 'tree', 'util'].map((name) => `jdk.compiler/com.sun.tools.javac.${name}`),
  ].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[
    'java.lang',
    'java.lang.reflect',
    'java.net',
    'java.io',
    'java.nio',
    'java.text',
    'java.time',
    'java.util',
    'java.util.concurrent',
    'java.util.concurrent.atomic',
    'java.util.concurrent.locks',
    'sun.nio.ch',
  ].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
];

/** A Flink distribution on disk. */
export interface Distribution {
  readonly classPath: string;
  readonly plugins: string;
  readonly version: string;
  /** Major version. */
  readonly line: number;
  readonly utilsClassPath: string;
}

/** Throws when the folder holds no Flink. */
export async function readDistribution(flinkHome: string): Promise<Distribution> {
  const lib = join(flinkHome, 'lib');
  const jars = (await readdir(lib)).filter((name) => name.endsWith('.jar')).sort();
  const dist = jars.find((name) => name.startsWith('flink-dist'));
  if (dist === undefined) throw new Error(`${lib} holds no flink-dist jar`);
  const version = /([0-9]+\.[0-9]+(?:\.[0-9]+)?)\.jar$/.exec(dist)?.[1] ?? '';
  return {
    // flink-dist last, as Flink's scripts have it: connectors may replace its classes.
    classPath: [...jars.filter((name) => name !== dist), dist].map((name) => join(lib, name)).join(':'),
    plugins: join(flinkHome, 'plugins'),
    version,
    line: Number(version.split('.')[0]),
    utilsClassPath: [join(flinkHome, 'bin', 'bash-java-utils.jar'), join(lib, dist)].join(':'),
  };
}

/** What the memory settings of a configuration folder mean for a process, by Flink's own arithmetic. About 1 s. */
export async function memoryOptions(
  java: string,
  distribution: Distribution,
  request: { readonly component: 'JM' | 'TM'; readonly conf: string; readonly env: Readonly<Record<string, string>> },
): Promise<ProcessOptions> {
  const main = 'org.apache.flink.runtime.util.bash.BashJavaUtils';
  const args = ['-cp', distribution.utilsClassPath, main, `GET_${request.component}_RESOURCE_PARAMS`];
  const options = { env: { ...request.env }, timeout: 60_000, maxBuffer: 1024 * 1024 };
  const { stdout } = await run(java, [...args, '--configDir', request.conf], options).catch((error: unknown) => {
    throw new Error(`Flink refuses the memory of ${request.conf}: ${reasonOf(error)}`);
  });
  const prefix = 'BASH_JAVA_UTILS_EXEC_RESULT:';
  const lines = stdout.split('\n').filter((line) => line.startsWith(prefix));
  const [jvm, flink] = lines.map((line) => line.slice(prefix.length).trim().split(/\s+/));
  if (jvm === undefined || flink === undefined) throw new Error(`Flink did not compute the memory of ${request.conf}`);
  return { jvm, flink };
}

function reasonOf(error: unknown): string {
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const line = output.split('\n').find((text) => text.includes('Exception'));
  return line?.slice(0, 500) ?? (error instanceof Error ? error.message : String(error));
}
