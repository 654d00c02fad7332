import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { StateLocked, lockState } from './state-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drey-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that listens as a holder does, until it is killed. */
async function holder(name: string): Promise<ReturnType<typeof spawn>> {
  const script = `const s=require('node:net').createServer(c=>c.end('held'));s.listen('./${name}',()=>console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('lockState', () => {
  it('is held by one, named by pid, and free again after release', async () => {
    const lock = await lockState(folder, systemClock);
    await expect(lockState(folder, systemClock)).rejects.toMatchObject({ name: 'StateLocked', pid: process.pid });
    await lock.release();
    const next = await lockState(folder, systemClock);
    await next.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('names a living holder of another process, and takes over from one killed with -9', async () => {
    const child = await holder('000000000000001-4242-0123abcd.sock');
    await expect(lockState(folder, systemClock)).rejects.toMatchObject({ pid: 4242 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(folder)).toHaveLength(1);
    const lock = await lockState(folder, systemClock);
    expect(await readdir(folder)).toHaveLength(1);
    await lock.release();
  });

  it('keeps the lock with a holder that is stopped', async () => {
    const child = await holder('000000000000001-4243-0123abcd.sock');
    child.kill('SIGSTOP');
    await expect(lockState(folder, systemClock)).rejects.toBeInstanceOf(StateLocked);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('lets exactly one of many win, again and again, with a dead socket lying there', async () => {
    for (let round = 0; round < 20; round++) {
      const child = round % 5 === 0 ? await holder(`000000000000001-1-0123abc${round % 10}.sock`) : null;
      child?.kill('SIGKILL');
      if (child) await once(child, 'exit');
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockState(folder, systemClock)));
      const won = tries.filter((one) => one.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const one of tries) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(StateLocked);
      await won[0]?.value.release();
    }
  });

  it('works in a folder deeper than the path of a socket may be long', async () => {
    const deep = join(folder, 'd'.repeat(120), 'e'.repeat(120));
    const lock = await lockState(deep, systemClock);
    await expect(lockState(deep, systemClock)).rejects.toBeInstanceOf(StateLocked);
    await lock.release();
  });
});
