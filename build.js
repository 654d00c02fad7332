// Writes the two bundles that run without TypeScript: the controller and the lab.
// `node build.js DIR` writes both into that folder instead: tests run beside others that use the usual place.
import { build } from 'esbuild';

const common = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  sourcemap: 'linked',
  logLevel: 'warning',
  // CommonJS dependencies inside an ESM bundle still call require() for Node's own modules.
  banner: {
    js: "import { createRequire as dreyCreateRequire } from 'node:module'; const require = dreyCreateRequire(import.meta.url);",
  },
};

const [folder] = process.argv.slice(2);

await Promise.all([
  build({
    ...common,
    entryPoints: ['controller/src/cli/main.ts'],
    outfile: `${folder ?? 'controller/dist'}/drey.js`,
  }),
  build({ ...common, entryPoints: ['test/lab/cli.ts'], outfile: `${folder ?? 'test/dist'}/lab.js` }),
]);
