import { createServer, type RequestListener, type Server } from 'node:http';
import { type Address, formatAddress } from '../resources/config/address.ts';
import { DreyError } from '../resources/errors.ts';

/** A server that answers. */
export interface Listening {
  /** With the port that it really has. */
  readonly address: Address;
  /** Takes no new calls; those under way are cut. */
  close(): Promise<void>;
}

/** Throws `DREY-ADDRESS-IN-USE` or `DREY-ADDRESS-UNUSABLE`. */
export async function listen(app: RequestListener, address: Address): Promise<Listening> {
  const server = createServer(
    // A slow or idle caller must not hold a connection for ever.
    { headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 },
    app,
  );
  server.maxConnections = 512;
  await opened(server, address);
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  return { address: { ...address, port }, close: () => closed(server) };
}

function opened(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toDreyError(error, address)));
    server.listen({ host: address.host, port: address.port }, resolve);
  });
}

function toDreyError(error: NodeJS.ErrnoException, address: Address): DreyError {
  const code = error.code === 'EADDRINUSE' ? 'DREY-ADDRESS-IN-USE' : 'DREY-ADDRESS-UNUSABLE';
  const problem = error.code === 'EADDRINUSE' ? 'is in use' : `can't be listened on (${error.code ?? 'unknown error'})`;
  return new DreyError(code, `${formatAddress(address)} ${problem}`, { cause: error });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
