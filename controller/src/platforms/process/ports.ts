import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Ports of the loopback interface that nobody listens on now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    const ports: number[] = [];
    for (const server of servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ports.push((server.address() as AddressInfo).port);
    }
    return ports;
  } finally {
    for (const server of servers) server.close();
  }
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
