import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readSecretFile, unusable } from './secret-file.ts';

/** Where certificates are. `certFile` and `keyFile` both or none. */
export interface TlsSettings {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** What a connection is made with; all PEM. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized?: false;
}

/** The files as they are now. Throws `SourceError` `credentials`. */
export async function readTlsFiles(tls: TlsSettings): Promise<TlsMaterial> {
  const read = async (name: 'ca' | 'cert' | 'key'): Promise<{ [file in typeof name]?: string }> => {
    const path = tls[`${name}File`];
    return path === undefined ? {} : { [name]: await readSecretFile(path, `tls.${name}File`) };
  };
  const [ca, cert, key] = await Promise.all([read('ca'), read('cert'), read('key')]);
  return { ...ca, ...cert, ...key, ...(tls.insecureSkipVerify ? { rejectUnauthorized: false } : {}) };
}

/** Throws `SourceError` `credentials` where a connection could not be made with it, and says which file it is. */
export function checkTls({ ca, cert, key }: TlsMaterial): void {
  if (ca !== undefined) attempt('tls.caFile', 'holds no certificate', () => new X509Certificate(ca));
  if (cert !== undefined) attempt('tls.certFile', 'holds no certificate', () => new X509Certificate(cert));
  if (cert === undefined || key === undefined) return;
  attempt('tls.keyFile', 'holds no private key, or not that of tls.certFile', () => createSecureContext({ cert, key }));
}

/** The library's own messages are left out: nobody knows what they quote. */
function attempt(setting: string, problem: string, check: () => unknown): void {
  try {
    check();
  } catch {
    throw unusable(setting, problem);
  }
}
