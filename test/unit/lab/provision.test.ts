import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceFiles, treeHash } from '../../lab/provision/files.ts';
import { lockFolder } from '../../lab/provision/lock.ts';
import type { Part, Workshop } from '../../lab/provision/part.ts';
import { provision } from '../../lab/provision/provision.ts';
import { runProgram } from '../../lab/provision/run.ts';
import { atLeast } from '../../lab/provision/toolchains.ts';

let cache: string;
let said: string[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'drey-cache-'));
  said = [];
});

afterEach(() => rm(cache, { recursive: true, force: true }));

const write = ({ result }: Workshop): Promise<void> => writeFile(join(result, 'out'), 'x');

function part(name: string, build: (workshop: Workshop) => Promise<void> = write): Part {
  return { name, folder: `${name}-1`, needs: [], inputs: { version: '1' }, files: ['out'], build };
}

function run(...parts: Part[]): Promise<void> {
  return provision({ cache, parts, say: (line) => said.push(line), signal: new AbortController().signal });
}

describe('provision', () => {
  it('puts a part in its place with a stamp, once', async () => {
    let builds = 0;
    const counted = part('a', async (workshop) => {
      builds += 1;
      await write(workshop);
    });
    await run(counted);
    await run(counted);
    expect(builds).toBe(1);
    expect(await readFile(join(cache, 'a-1/out'), 'utf8')).toBe('x');
    expect(JSON.parse(await readFile(join(cache, 'a-1/drey-stamp.json'), 'utf8'))).toMatchObject({
      part: 'a',
      inputs: { version: '1' },
    });
    expect(await readdir(cache)).toEqual(['a-1']);
  });

  it('builds again when the locked inputs differ, a file is gone, or the folder has no stamp', async () => {
    await mkdir(join(cache, 'a-1'));
    await writeFile(join(cache, 'a-1/out'), 'by hand');
    await run(part('a'));
    expect(await readFile(join(cache, 'a-1/out'), 'utf8')).toBe('x');
    await run({ ...part('a', ({ result }) => writeFile(join(result, 'out'), 'y')), inputs: { version: '2' } });
    expect(await readFile(join(cache, 'a-1/out'), 'utf8')).toBe('y');
    await rm(join(cache, 'a-1/out'));
    await run({ ...part('a'), inputs: { version: '2' } });
    expect(await readFile(join(cache, 'a-1/out'), 'utf8')).toBe('x');
  });

  it('keeps what was finished when another part fails, and names the failed one', async () => {
    const broken = part('b', () => Promise.reject(new Error('no network')));
    await expect(run(part('a'), broken)).rejects.toThrow('b: no network');
    expect(await readdir(cache)).toEqual(['a-1']);
  });

  it('fails a part that left out a file', async () => {
    await expect(run(part('a', () => Promise.resolve()))).rejects.toThrow('left out out');
    expect(existsSync(join(cache, 'a-1'))).toBe(false);
  });

  it('removes what an interrupted run left', async () => {
    await mkdir(join(cache, '.work-a-1/result'), { recursive: true });
    await run(part('a'));
    expect(await readdir(cache)).toEqual(['a-1']);
  });

  it('builds at most two at once', async () => {
    let now = 0;
    let most = 0;
    const slow = async (workshop: Workshop): Promise<void> => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 20));
      now -= 1;
      await write(workshop);
    };
    await run(part('a', slow), part('b', slow), part('c', slow));
    expect(most).toBe(2);
  });
});

describe('lock', () => {
  it('lets a second one wait, and says so once', async () => {
    const first = await lockFolder(cache, () => said.push('first waits'));
    const second = lockFolder(cache, () => said.push('second waits'));
    await new Promise((resolve) => setTimeout(resolve, 700));
    await first.release();
    await (await second).release();
    expect(said).toEqual(['second waits']);
  });

  it('is free once its holder was killed', async () => {
    const file = join(import.meta.dirname, '../../lab/provision/lock.ts');
    // Node 20 runs no TypeScript: the holder repeats how the socket is named.
    expect(await readFile(file, 'utf8')).toContain('`\\0drey-lab-${digest}`');
    const script = `
      const digest = require('node:crypto').createHash('sha256').update(${JSON.stringify(cache)}).digest('hex').slice(0, 24);
      require('node:net').createServer().listen({ path: '\\0drey-lab-' + digest }, () => console.log('held'));`;
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const waiting = lockFolder(cache, () => holder.kill('SIGKILL'));
    await (await waiting).release();
    expect(holder.signalCode).toBe('SIGKILL');
  });
});

describe('runProgram', () => {
  const signal = new AbortController().signal;

  it('tells the end of the output of a program that failed', async () => {
    const failing = runProgram('sh', ['-c', 'echo why; exit 3'], { signal });
    await expect(failing).rejects.toThrow(/ended with 3:\nwhy$/);
  });

  it('ends the program with the signal', async () => {
    const abort = new AbortController();
    const running = runProgram('sleep', ['60'], { signal: abort.signal });
    setTimeout(() => abort.abort(), 50);
    await expect(running).rejects.toThrow('was ended by SIGTERM');
  });
});

describe('source tree', () => {
  it('leaves out built and hidden files; its hash follows names and contents', async () => {
    await mkdir(join(cache, 'src/target'), { recursive: true });
    for (const file of ['b.txt', 'src/a.txt', 'src/target/c.class', '.hidden'])
      await writeFile(join(cache, file), file);
    const files = await sourceFiles(cache);
    expect(files).toEqual(['b.txt', 'src/a.txt']);
    const before = await treeHash(cache, files);
    await writeFile(join(cache, 'b.txt'), 'other');
    expect(await treeHash(cache, files)).not.toBe(before);
  });
});

describe('atLeast', () => {
  it.each([
    [[1, 26], [1, 26], true],
    [[1, 25], [1, 26], false],
    [[2, 0], [1, 26], true],
    [[17], [17], true],
    [[11], [17], false],
  ])('%j against %j: %s', (found, lowest, expected) => {
    expect(atLeast(found, lowest)).toBe(expected);
  });
});
