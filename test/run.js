// Runs every test project, provisions what the real components need meanwhile, and ends with one line of totals.
//   node test/run.js [--long] [--only fast|lab|long] [--failed-before N]
// `--long` adds test/long, whose result is kept in docs/benchmarks/long.json; `--only` runs one part alone;
// `--failed-before` counts failures of checks that ran earlier into the totals.
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeLongResult } from './long-result.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const results = join(root, 'test/results');
const inCi = process.env.CI === 'true';
/** Exit code of `lab provision` when a toolchain is missing. */
const toolchainMissing = 3;
const minute = 60_000;

const { values: flags } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    only: { type: 'string' },
    'failed-before': { type: 'string', default: '0' },
  },
});

const totals = { passed: 0, failed: Number(flags['failed-before']), skipped: 0 };
/** @type {{name: string, seconds: number, note: string}[]} */
const phases = [];
const running = new Set();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    totals.failed += 1;
    for (const child of running) child.kill(signal);
  });
}

/** Runs a Node program; `prefix` marks its lines, `limit` (ms) ends it. Resolves with the exit code (1 for a signal). */
function node(args, { prefix, limit } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', prefix === undefined ? 'inherit' : 'pipe', prefix === undefined ? 'inherit' : 'pipe'],
    });
    running.add(child);
    const timer = limit === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), limit);
    if (prefix !== undefined) for (const stream of [child.stdout, child.stderr]) forwardLines(stream, prefix);
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

function forwardLines(stream, prefix) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) console.log(`${prefix}${line}`);
  });
  stream.on('end', () => rest !== '' && console.log(`${prefix}${rest}`));
}

async function phase(name, work) {
  const began = performance.now();
  const note = await work();
  phases.push({ name, seconds: (performance.now() - began) / 1000, note: note ?? '' });
}

/** Runs projects in one vitest process and adds its results to the totals. */
async function vitest(name, projects, limit) {
  console.log(`\n== ${name}`);
  const file = join(results, `${name}.json`);
  await rm(file, { force: true });
  const filters = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = ['node_modules/vitest/vitest.mjs', 'run', ...filters, '--passWithNoTests', ...reporters];
  const code = await node(args, { limit });
  const counted = await readCounts(file);
  totals.passed += counted.passed;
  totals.skipped += counted.skipped;
  // A run that broke outside its tests (a file that does not load, an unhandled error, the limit) counts as one.
  const failed = code === 0 ? counted.failed : Math.max(counted.failed, 1);
  totals.failed += failed;
  return `${counted.passed} passed, ${failed} failed, ${counted.skipped} skipped`;
}

async function readCounts(file) {
  try {
    const report = JSON.parse(await readFile(file, 'utf8'));
    const unloaded = report.testResults.filter(
      (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
    ).length;
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloaded,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** Counts a project's tests as skipped, by name, without running them. */
async function skip(project, why) {
  const file = join(results, `${project}-list.json`);
  await rm(file, { force: true });
  await node(['node_modules/vitest/vitest.mjs', 'list', '--project', project, `--json=${file}`], { prefix: '' });
  const tests = JSON.parse(await readFile(file, 'utf8').catch(() => '[{}]'));
  totals.skipped += tests.length;
  console.log(`\n== ${project}: ${tests.length} tests skipped: ${why}`);
  return `${tests.length} skipped: ${why}`;
}

async function onRealComponents(name, limit, provisioned) {
  if (provisioned === 0) return vitest(name, [name], limit);
  const why = provisioned === toolchainMissing ? 'a toolchain is missing (named above)' : 'provisioning failed';
  return skip(name, why);
}

await mkdir(results, { recursive: true });
const built = await node(['build.js']);
if (built !== 0) totals.failed += 1;

let provisioned = 1;
const provisioning = phase('provisioning (in the background)', async () => {
  if (built === 0) provisioned = await node(['test/dist/lab.js', 'provision'], { prefix: 'provisioning: ' });
  if (provisioned !== 0 && inCi) totals.failed += 1;
  return provisioned === 0 ? '' : 'failed';
});
const wanted = (part) => (flags.only === undefined ? part !== 'long' || flags.long : part === flags.only);
if (wanted('fast')) {
  await phase('unit, contract, faults', () => vitest('fast', ['unit', 'contract', 'faults'], 15 * minute));
}
await provisioning;
if (wanted('lab')) await phase('lab', () => onRealComponents('lab', 55 * minute, provisioned));
if (wanted('long')) {
  const beganAt = Date.now();
  await phase('long', () => onRealComponents('long', 240 * minute, provisioned));
  // A run that left no report has been counted as failed.
  const written = provisioned === 0 && (await writeLongResult({ root, results, beganAt }).catch(String));
  console.log(`\nresult of long: ${written || 'none, it did not run'}`);
}

console.log('');
for (const { name, seconds, note } of phases) console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}  ${note}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
