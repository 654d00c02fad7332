import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A held lock. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a folder: an abstract UNIX socket named after it, which the kernel frees when its holder ends,
 * however it ends. While another process holds it, `onWait` is called once and the lock is asked for again and again.
 */
export async function lockFolder(folder: string, onWait: () => void): Promise<Lock> {
  const digest = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 24);
  let told = false;
  for (;;) {
    const server = await listen(`\0drey-lab-${digest}`);
    if (server !== undefined) {
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    }
    if (!told) onWait();
    told = true;
    await sleep(500);
  }
}

function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ path }, () => resolve(server));
  });
}
