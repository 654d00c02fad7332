import { spawnSync } from 'node:child_process';
import { versions } from '../versions.ts';

/** A program outside Node that parts are built with. */
export type Toolchain = 'go' | 'jdk' | 'maven' | 'python';

interface Probe {
  readonly title: string;
  /** Commands that must all run; the first one's output tells the version. */
  readonly commands: readonly (readonly [string, ...string[]])[];
  readonly version: RegExp;
  readonly atLeast: readonly number[];
  readonly hint: string;
}

const wanted = versions.toolchains;

const probes: Readonly<Record<Toolchain, Probe>> = {
  go: {
    title: `Go >= ${wanted.go.join('.')}`,
    commands: [['go', 'version']],
    version: /go(\d+)\.(\d+)(?:\.(\d+))?/,
    atLeast: wanted.go,
    hint: 'unpack the archive from https://go.dev/dl and put its bin folder on PATH',
  },
  jdk: {
    title: `JDK >= ${wanted.jdk.join('.')}`,
    commands: [
      ['javac', '-version'],
      ['java', '-version'],
    ],
    version: /javac (\d+)/,
    atLeast: wanted.jdk,
    hint: 'apt-get install openjdk-17-jdk-headless',
  },
  maven: {
    title: `Maven >= ${wanted.maven.join('.')}`,
    commands: [['mvn', '-B', '--version']],
    version: /Apache Maven (\d+)\.(\d+)/,
    atLeast: wanted.maven,
    hint: 'apt-get install maven',
  },
  python: {
    title: `Python >= ${wanted.python.join('.')} with pip`,
    commands: [
      ['python3', '--version'],
      ['python3', '-m', 'pip', '--version'],
    ],
    version: /Python (\d+)\.(\d+)/,
    atLeast: wanted.python,
    hint: 'apt-get install python3 python3-pip',
  },
};

/** A toolchain that is not there or too old, with what to do about it. */
export interface MissingToolchain {
  readonly toolchain: Toolchain;
  readonly title: string;
  readonly found: string;
  readonly hint: string;
}

/** Compares version numbers part by part; missing parts count as 0. */
export function atLeast(found: readonly number[], lowest: readonly number[]): boolean {
  for (const [place, low] of lowest.entries()) {
    const here = found[place] ?? 0;
    if (here !== low) return here > low;
  }
  return true;
}

/** Those of the named toolchains that this machine lacks. */
export function missingToolchains(names: Iterable<Toolchain>): MissingToolchain[] {
  return [...new Set(names)].flatMap((name) => probe(name) ?? []);
}

function probe(toolchain: Toolchain): MissingToolchain | undefined {
  const { title, commands, version, atLeast: lowest, hint } = probes[toolchain];
  const missing = (found: string): MissingToolchain => ({ toolchain, title, found, hint });
  const outputs: string[] = [];
  for (const [command, ...args] of commands) {
    const run = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
    if (run.error !== undefined || run.status !== 0) return missing(`\`${[command, ...args].join(' ')}\` does not run`);
    outputs.push(run.stdout + run.stderr);
  }
  const match = version.exec(outputs[0] ?? '');
  if (match === null) return missing('its version could not be read');
  const numbers = match.slice(1).map((text) => Number(text ?? 0));
  return atLeast(numbers, lowest) ? undefined : missing(`found ${numbers.join('.')}`);
}
