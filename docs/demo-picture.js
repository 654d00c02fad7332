// `node docs/demo-picture.js` draws docs/images/demo.svg: `drey demo` as a terminal of 100 columns and 30 rows shows it,
// from a seeded run of its own.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { styleText } from 'node:util';
import { build } from 'esbuild';

/** Virtual time at which the picture is taken, from the start, and the job that is selected. */
const AFTER_MS = 14 * 60_000;
const SELECTED = 0;
const SIZE = { columns: 100, rows: 30 };

const demo = 'controller/src/cli/demo';
const dist = join(import.meta.dirname, '../controller/dist');
await mkdir(dist, { recursive: true });
const folder = await mkdtemp(join(dist, 'picture-'));
const outfile = join(folder, 'demo.js');
try {
  await build({
    stdin: {
      contents:
        ['session', 'to-frame', 'render-frame'].map((name) => `export * from './${demo}/${name}.ts';`).join('\n') +
        "\nexport { systemClock } from './controller/src/io/clock.ts';",
      resolveDir: join(import.meta.dirname, '..'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  const { openDemo, toFrame, renderFrame, systemClock } = await import(pathToFileURL(outfile).href);
  const session = await openDemo(join(folder, 'state'), { speed: 60, seed: 1, clock: systemClock });
  const until = session.clock.now() + AFTER_MS;
  while (session.clock.now() < until) {
    session.look();
    await systemClock.sleep(50);
  }
  const paint = (style, text) => styleText(style, text, { validateStream: false });
  const frame = { ...toFrame(session, SELECTED, { kind: 'load' }), server: 'http://127.0.0.1:41873' };
  const rows = renderFrame(frame, { ...SIZE, paint, unicode: true });
  const picture = [join(import.meta.dirname, 'picture.js'), String(SIZE.columns)];
  const svg = execFileSync(process.execPath, picture, { input: `${rows.join('\n')}\n` });
  await writeFile(join(import.meta.dirname, 'images/demo.svg'), svg);
  await session.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
