import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { versions } from '../versions.ts';
import { sha256 } from './files.ts';
import type { Part } from './part.ts';

const flink = versions.flink;
const folders = ['lib', 'opt', 'plugins', 'bin'] as const;

/** Flink's distribution, from the Python package that carries it. */
export const flinkPart: Part = {
  name: 'flink',
  folder: `flink-${flink.version}`,
  needs: ['python'],
  inputs: { package: `${flink.package}==${flink.version}`, sha256: flink.sha256 },
  files: [
    `lib/flink-dist-${flink.version}.jar`,
    'bin/bash-java-utils.jar',
    `plugins/metrics-prometheus/flink-metrics-prometheus-${flink.version}.jar`,
  ],
  async build({ result, scratch, step, run }) {
    step(`downloading ${flink.package} ${flink.version} (330 MB)`);
    const download = ['download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input'];
    const target = ['--progress-bar', 'off', '--no-cache-dir', '-d', scratch, `${flink.package}==${flink.version}`];
    await run('python3', ['-m', 'pip', ...download, ...target]);
    const wheel = join(scratch, flink.wheel);
    step('checking its sum');
    const sum = await sha256(wheel);
    if (sum !== flink.sha256) throw new Error(`${flink.wheel} has sha256 ${sum}, expected ${flink.sha256}`);
    step('unpacking');
    await run('python3', ['-m', 'zipfile', '-e', wheel, scratch]);
    for (const folder of folders) await rename(join(scratch, 'pyflink', folder), join(result, folder));
  },
};
