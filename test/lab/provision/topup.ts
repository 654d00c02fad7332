import { cp, copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FlinkLine } from '../versions.ts';
import { checkoutRoot } from '../root.ts';
import { sourceFiles, treeHash } from './files.ts';
import type { Part } from './part.ts';

/** The example job, built by Maven from a copy of `examples/topup`, so that the checkout stays clean. */
export async function topupPart(line: FlinkLine): Promise<Part> {
  const source = join(checkoutRoot(), 'examples/topup');
  const files = (await sourceFiles(source)).filter((file) => file === 'pom.xml' || file.startsWith('src/'));
  const hash = await treeHash(source, files);
  return {
    name: line === '2.3' ? 'topup' : `topup-${line}`,
    folder: `topup-flink${line}-${hash.slice(0, 12)}`,
    needs: ['jdk', 'maven'],
    inputs: { source: hash, profile: `flink-${line}` },
    files: ['topup.jar'],
    async build({ result, scratch, step, run }) {
      for (const file of files) {
        await mkdir(dirname(join(scratch, file)), { recursive: true });
        await cp(join(source, file), join(scratch, file));
      }
      step(`packaging with Maven, profile flink-${line}`);
      // Maven only warns of a wrong sum unless told to be strict.
      const options = ['-q', '-B', '--strict-checksums', '-DskipTests', `-Pflink-${line}`];
      await run('mvn', [...options, 'package'], { cwd: scratch });
      await copyFile(join(scratch, 'target/topup.jar'), join(result, 'topup.jar'));
    },
  };
}
