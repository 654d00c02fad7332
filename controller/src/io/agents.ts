import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { checkTls, type TlsMaterial } from './tls-files.ts';

/** Connections for one call; `release` when it has ended. */
export interface AgentLease {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  readonly release: () => void;
}

interface Generation {
  readonly identity: string;
  readonly kept: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
  readonly single: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent };
  inUse: number;
  retired: boolean;
}

/** Connections of a client. New certificates mean new ones: the old are closed when the last call on them has ended. */
export class AgentPool {
  #current: Generation | null = null;

  /** Throws `SourceError` `credentials` when the certificates can't be used. `keepAlive`: may take a kept connection. */
  lease(tls: TlsMaterial, keepAlive: boolean): AgentLease {
    const generation = this.#generation(tls);
    generation.inUse += 1;
    return {
      ...(keepAlive ? generation.kept : generation.single),
      release: () => {
        generation.inUse -= 1;
        if (generation.retired && generation.inUse === 0) destroy(generation);
      },
    };
  }

  /** Ends all connections, those in use too. */
  close(): void {
    if (this.#current !== null) destroy(this.#current);
  }

  #generation(tls: TlsMaterial): Generation {
    const identity = JSON.stringify(tls);
    const before = this.#current;
    if (before?.identity === identity) return before;
    checkTls(tls);
    if (before !== null) {
      before.retired = true;
      if (before.inUse === 0) destroy(before);
    }
    this.#current = {
      identity,
      kept: {
        httpAgent: new HttpAgent({ keepAlive: true }),
        httpsAgent: new HttpsAgent({ ...tls, keepAlive: true }),
      },
      // A write never takes a kept connection: the server may be closing it, and then nobody knows whether it arrived.
      single: { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent(tls) },
      inUse: 0,
      retired: false,
    };
    return this.#current;
  }
}

function destroy({ kept, single }: Generation): void {
  for (const agent of [...Object.values(kept), ...Object.values(single)]) agent.destroy();
}
