import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkoutRoot } from '../root.ts';
import { sha256 } from './files.ts';
import type { Part } from './part.ts';

/** Programs of one Go module. */
export interface GoTools {
  /** Of the part; also the folder in `test/lab/provision` that holds the tools module. */
  readonly name: string;
  readonly version: string;
  readonly module: string;
  readonly moduleVersion: string;
  /** Main packages, relative to the module; each program is named after its last part. */
  readonly packages: readonly string[];
  /** The variable that the program's version is written into, `PACKAGE.NAME`. */
  readonly versionVariable: string;
  /** How long the build takes, e.g. `2 to 5 min`. */
  readonly takes: string;
}

/** A part that is built from a committed tools module, whose go.sum locks the sum of every module. */
export async function goToolsPart(tools: GoTools): Promise<Part> {
  const { name, version, module, moduleVersion } = tools;
  const source = join(checkoutRoot(), 'test/lab/provision', name);
  return {
    name,
    folder: `${name}-${version}`,
    needs: ['go'],
    inputs: { module: `${module}@${moduleVersion}`, gosum: await sha256(join(source, 'go.sum')) },
    files: tools.packages.map((one) => basename(one)),
    async build({ result, scratch, step, run }) {
      for (const file of ['go.mod', 'go.sum', 'tools.go']) await copyFile(join(source, file), join(scratch, file));
      const env = { GOFLAGS: '-mod=readonly -trimpath -buildvcs=false', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
      const packages = tools.packages.map((one) => `${module}/${one}`);
      step(`fetching the modules of ${module} ${moduleVersion}`);
      await run('go', ['list', '-deps', ...packages], { cwd: scratch, env });
      step(`compiling (${tools.takes})`);
      const ldflags = `-s -w -X ${tools.versionVariable}=${version}`;
      // The slash makes a folder of it for a single program, too.
      await run('go', ['build', '-ldflags', ldflags, '-o', `${result}/`, ...packages], { cwd: scratch, env });
      step('checking its sums');
      await run('go', ['mod', 'verify'], { cwd: scratch, env });
    },
  };
}
