import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that Linux gives to outgoing connections (32768 on): between the choice and the moment at which a JVM
 * binds its port lie seconds, in which any of those may be taken.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 1000;

/** Ports of the loopback interface that nobody listens on now, all different. Throws where none is left. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries++) {
    if (tries > TRIES) throw new Error(`no free port between ${FIRST} and ${LAST} on 127.0.0.1`);
    const port = randomInt(FIRST, LAST);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

/** The wanted port when nobody listens on it, else another one that is not promised to somebody else. */
export async function portOrFree(wanted: number | undefined, promised: ReadonlySet<number>): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) return wanted;
  const candidates = await freePorts(promised.size + 1);
  const [free] = candidates.filter((port) => !promised.has(port));
  if (free === undefined) throw new Error('no free port on 127.0.0.1');
  return free;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
