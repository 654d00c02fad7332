import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { versions } from '../versions.ts';
import { checkoutRoot } from '../root.ts';
import { sha256 } from './files.ts';
import type { Part } from './part.ts';

const { module, moduleVersion, version } = versions.prometheus;
const programs = ['prometheus', 'promtool'] as const;

/** Prometheus and promtool, built from the committed tools module, whose go.sum locks the sum of every module. */
export async function prometheusPart(): Promise<Part> {
  const source = join(checkoutRoot(), 'test/lab/provision/prometheus');
  return {
    name: 'prometheus',
    folder: `prometheus-${version}`,
    needs: ['go'],
    inputs: { module: `${module}@${moduleVersion}`, gosum: await sha256(join(source, 'go.sum')) },
    files: programs,
    async build({ result, scratch, step, run }) {
      for (const file of ['go.mod', 'go.sum', 'tools.go']) await copyFile(join(source, file), join(scratch, file));
      const env = { GOFLAGS: '-mod=readonly -trimpath -buildvcs=false', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
      const packages = programs.map((program) => `${module}/cmd/${program}`);
      step(`fetching the modules of ${module} ${moduleVersion}`);
      await run('go', ['list', '-deps', ...packages], { cwd: scratch, env });
      step('compiling (2 to 5 min)');
      // The version that /api/v1/status/buildinfo answers.
      const ldflags = `-s -w -X github.com/prometheus/common/version.Version=${version}`;
      await run('go', ['build', '-ldflags', ldflags, '-o', result, ...packages], { cwd: scratch, env });
      step('checking its sums');
      await run('go', ['mod', 'verify'], { cwd: scratch, env });
    },
  };
}
