import { readSecretFile, unusable } from './secret-file.ts';

/** Who a client says it is. At most one of `bearerFile` and `basic`. */
export interface AuthSettings {
  readonly bearerFile?: string | undefined;
  readonly basic?: { readonly username: string; readonly passwordFile: string } | undefined;
  /** Header → value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Header → file that holds its value. */
  readonly headerFiles: Readonly<Record<string, string>>;
}

/** The headers of one request, files read as they are now. Throws `SourceError` `credentials`. */
export async function authHeaders(auth: AuthSettings): Promise<Readonly<Record<string, string>>> {
  const files = Object.entries(auth.headerFiles).map(async ([name, path]) => {
    const setting = `auth.headerFiles ${name}`;
    return [name, visible(await readSecretFile(path, setting), setting)] as const;
  });
  return { ...auth.headers, ...Object.fromEntries(await Promise.all(files)), ...(await authorization(auth)) };
}

/** What `authHeaders` shows, for messages: `auth.bearerFile`; null where there is nothing secret in it. */
export function shownCredentials(auth: AuthSettings | undefined): string | null {
  if (auth?.bearerFile !== undefined) return 'auth.bearerFile';
  if (auth?.basic !== undefined) return 'auth.basic';
  return Object.keys(auth?.headerFiles ?? {}).length > 0 ? 'auth.headerFiles' : null;
}

async function authorization({ bearerFile, basic }: AuthSettings): Promise<{ authorization?: string }> {
  if (bearerFile !== undefined) {
    const token = (await readSecretFile(bearerFile, 'auth.bearerFile')).trim();
    if (!/^[\x21-\x7e]+$/.test(token)) throw unusable('auth.bearerFile', 'holds more than one token');
    return { authorization: `Bearer ${token}` };
  }
  if (basic === undefined) return {};
  const password = await readSecretFile(basic.passwordFile, 'auth.basic.passwordFile');
  // RFC 7617, section 2.
  if (/\p{Cc}/u.test(password)) throw unusable('auth.basic.passwordFile', 'holds more than one line');
  return { authorization: `Basic ${Buffer.from(`${basic.username}:${password}`, 'utf8').toString('base64')}` };
}

function visible(text: string, setting: string): string {
  const value = text.trim();
  if (!/^[\x20-\x7e]+$/.test(value)) throw unusable(setting, 'holds what a header can not carry');
  return value;
}
