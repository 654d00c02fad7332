import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { makeFolder } from './atomic-file.ts';
import type { Clock } from './clock.ts';
import { codeOf } from './errors.ts';
import { openSocketFolder } from './socket-folder.ts';
import type { SocketFolder } from './socket-folder.ts';

/** Another process holds the folder. */
export class StateLocked extends Error {
  override readonly name = 'StateLocked';
  readonly pid: number;
  constructor(folder: string, pid: number) {
    super(`${folder} is used by process ${pid}`);
    this.pid = pid;
  }
}

/** Held until `release` or the end of the process. */
export interface StateLock {
  release(): Promise<void>;
}

const NAME = /^\d{15}-(\d+)-[0-9a-f]{8}\.sock$/;
const ANSWER_MS = 2000;
const GIVE_UP_MS = 10_000;
const AGAIN_MS = 20;

/**
 * Takes a folder for this process alone, or throws `StateLocked`.
 *
 * Whoever wants it listens on a UNIX socket of its own under a name that nobody uses again, then asks every other
 * socket of the folder. The kernel closes the sockets of a process that ended in any way, so a refused connect means
 * dead and such a name can be removed by anyone. Of two that start together the one that published last sees the
 * other, so both can never hold; the earlier name wins, so one of them does.
 */
export async function lockState(folder: string, clock: Clock): Promise<StateLock> {
  await makeFolder(folder);
  const sockets = await openSocketFolder(folder);
  const mine = `${String(clock.now()).padStart(15, '0')}-${process.pid}-${randomBytes(4).toString('hex')}.sock`;
  const lock = { folder, sockets, mine, clock, held: false };
  const server = await listen(lock);
  const release = async (): Promise<void> => {
    await rm(join(folder, mine), { force: true });
    await new Promise((resolve) => server.close(resolve));
    await sockets.close();
  };
  try {
    await contend(lock);
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

interface Contender {
  readonly folder: string;
  readonly sockets: SocketFolder;
  readonly mine: string;
  readonly clock: Clock;
  held: boolean;
}

async function listen(lock: Contender): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(lock.held ? 'held' : 'trying');
  });
  // Between bind and listen a connect is refused, as from a dead process: visible only after listen.
  const hidden = `.${lock.mine}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(lock.sockets.address(hidden), resolve);
  });
  server.unref();
  await rename(join(lock.folder, hidden), join(lock.folder, lock.mine));
  return server;
}

async function contend(lock: Contender): Promise<void> {
  const until = lock.clock.now() + GIVE_UP_MS;
  for (;;) {
    const rival = await strongestRival(lock);
    if (rival === null) {
      lock.held = true;
      return;
    }
    const lost = rival.state === 'held' || (rival.state === 'trying' && rival.name < lock.mine);
    if (lost || lock.clock.now() > until) throw new StateLocked(lock.folder, Number(NAME.exec(rival.name)?.[1]));
    await lock.clock.sleep(AGAIN_MS);
  }
}

type RivalState = 'held' | 'trying' | 'unclear';

/** The one that decides over us: a holder, else the earliest; null when all others are dead. */
async function strongestRival(lock: Contender): Promise<{ name: string; state: RivalState } | null> {
  const names = (await readdir(lock.folder)).filter((name) => NAME.test(name) && name !== lock.mine).toSorted();
  let strongest: { name: string; state: RivalState } | null = null;
  for (const name of names) {
    const state = await ask(lock.sockets.address(name), lock.clock);
    if (state === 'dead') await rm(join(lock.folder, name), { force: true });
    else if (state === 'held') return { name, state };
    else strongest ??= { name, state };
  }
  return strongest;
}

/** A process that took the connection and does not answer (stopped, swapped out) is alive and keeps what it has. */
async function ask(address: string, clock: Clock): Promise<RivalState | 'dead'> {
  const answered = new AbortController();
  const socket = connect(address);
  const answer = new Promise<RivalState | 'dead'>((resolve) => {
    socket.once('data', (data) => resolve(data.toString() === 'held' ? 'held' : 'trying'));
    socket.once('close', () => resolve('unclear'));
    socket.once('error', (error) => {
      const code = codeOf(error);
      const gone = code === 'ECONNREFUSED' || code === 'ENOENT';
      resolve(gone ? 'dead' : code === 'ECONNRESET' ? 'unclear' : 'held');
    });
  });
  const late = clock.sleep(ANSWER_MS, answered.signal).then((): RivalState => 'held');
  try {
    return await Promise.race([answer, late]);
  } finally {
    answered.abort();
    socket.destroy();
  }
}
