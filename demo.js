// `npm run demo`: installs and builds what is missing in this checkout, then runs `drey demo` with the same flags.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const bundle = join(root, 'controller/dist/drey.js');
const at = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);
const newest = (folder) =>
  Math.max(0, ...readdirSync(folder, { recursive: true }).map((name) => at(join(folder, String(name)))));

function run(what, args) {
  process.stderr.write(`drey demo: ${what}\n`);
  const { status } = spawnSync(args[0], args.slice(1), {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: args[0] === 'npm',
  });
  if (status === 0) return;
  process.stderr.write(`drey demo: this did not work: ${args.join(' ')}\n`);
  process.exit(3);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`drey demo: Node ${process.versions.node} is too old; it needs 20.19 or newer\n`);
  process.exit(2);
}
if (at(join(root, 'node_modules/.package-lock.json')) < at(join(root, 'package-lock.json'))) {
  const npm = process.env.npm_execpath;
  const how = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  // The bundler is a development package, which NODE_ENV may leave out.
  run('installing what it needs (only this time)', [...how, 'ci', '--include=dev']);
}
if (at(bundle) < Math.max(newest(join(root, 'controller/src')), newest(join(root, 'catalogue')))) {
  run('building', [process.execPath, 'build.js']);
}

// In this very process: whoever ends it ends everything.
process.argv.splice(2, 0, 'demo');
await import(pathToFileURL(bundle).href);
