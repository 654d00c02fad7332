import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FlinkLine, versions } from '../versions.ts';
import { sha256 } from './files.ts';
import type { Part, Workshop } from './part.ts';

const name = versions.flinkPackage;
const folders = ['lib', 'opt', 'plugins', 'bin'] as const;

/** Flink's distribution, from the Python package that carries it: a wheel, or a source archive for older lines. */
export function flinkPart(line: FlinkLine): Part {
  const { version, archive, sha256: expected } = versions.flink[line];
  return {
    name: line === '2.3' ? 'flink' : `flink-${line}`,
    folder: flinkFolder(line),
    needs: ['python'],
    inputs: { package: `${name}==${version}`, sha256: expected },
    files: [
      `lib/flink-dist-${version}.jar`,
      'bin/bash-java-utils.jar',
      `plugins/metrics-prometheus/flink-metrics-prometheus-${version}.jar`,
    ],
    async build(workshop) {
      const { result, scratch, step, run } = workshop;
      step(`downloading ${name} ${version} (230 to 330 MB)`);
      await download(workshop, version, expected);
      const file = join(scratch, archive);
      step('checking its sum');
      const sum = await sha256(file);
      if (sum !== expected) throw new Error(`${archive} has sha256 ${sum}, expected ${expected}`);
      step('unpacking');
      const isWheel = archive.endsWith('.whl');
      await run('python3', ['-m', isWheel ? 'zipfile' : 'tarfile', '-e', file, scratch]);
      const content = isWheel ? 'pyflink' : join(archive.replace(/\.tar\.gz$/, ''), 'deps');
      for (const folder of folders) await rename(join(scratch, content, folder), join(result, folder));
    },
  };
}

/** The distribution's folder in the cache. */
export function flinkFolder(line: FlinkLine): string {
  return `flink-${versions.flink[line].version}`;
}

/** The sum goes with the request: pip runs the set-up of a source archive, so it must be known to be the right one. */
async function download({ scratch, run }: Workshop, version: string, sum: string): Promise<void> {
  const requirements = join(scratch, 'requirements.txt');
  await writeFile(requirements, `${name}==${version} --hash=sha256:${sum}\n`);
  const options = ['--no-deps', '--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '--no-cache-dir'];
  await run('python3', ['-m', 'pip', 'download', ...options, '--require-hashes', '-d', scratch, '-r', requirements]);
}
