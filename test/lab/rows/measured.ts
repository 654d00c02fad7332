import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../root.ts';

/** Figures of one case: printed, and kept as a JSON line in `test/results/measured.jsonl` to be compared over time. */
export async function measured(name: string, figures: Readonly<Record<string, unknown>>): Promise<void> {
  const line = JSON.stringify({ at: new Date().toISOString(), name, ...figures });
  process.stdout.write(`measured ${line}\n`);
  const folder = join(checkoutRoot(), 'test', 'results');
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, 'measured.jsonl'), `${line}\n`);
}
