// The last result of the long tests as a small file that is committed: `docs/benchmarks/long.json`.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const gib = 2 ** 30;

/** Reads what vitest and the tests left in `results` since `beganAt` (epoch ms) and writes the file. */
export async function writeLongResult({ root, results, beganAt }) {
  const report = JSON.parse(await readFile(join(results, 'long.json'), 'utf8'));
  const tests = report.testResults.flatMap((suite) => suite.assertionResults);
  const result = {
    command: 'npm run test:long',
    commit: await commitOf(root),
    date: new Date(beganAt).toISOString().slice(0, 10),
    machine: `${cpus().length} cores, ${Math.round(totalmem() / gib)} GiB, Node ${process.versions.node}`,
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    tests: tests.map(({ fullName, status, duration }) => ({
      name: fullName,
      status,
      seconds: Math.round((duration ?? 0) / 100) / 10,
    })),
    figures: await figuresSince(join(results, 'measured.jsonl'), beganAt),
  };
  const file = join(root, 'docs/benchmarks/long.json');
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Short hash of the commit that was tested, `+changes` where the checkout differed from it; null outside of git. */
async function commitOf(root) {
  const git = async (...args) => (await promisify(execFile)('git', args, { cwd: root })).stdout.trim();
  try {
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return `${await git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : '+changes'}`;
  } catch {
    return null;
  }
}

async function figuresSince(file, beganAt) {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line)).filter(({ at }) => Date.parse(at) >= beganAt);
}
