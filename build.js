// Writes the two bundles that run without TypeScript: the controller and the lab.
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

await Promise.all([
  build({ ...common, entryPoints: ['controller/src/cli/main.ts'], outfile: 'controller/dist/drey.js' }),
  build({ ...common, entryPoints: ['test/lab/cli.ts'], outfile: 'test/dist/lab.js' }),
]);
