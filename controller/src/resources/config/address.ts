import { z } from 'zod';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
}

const EXPECTED = 'HOST:PORT such as 127.0.0.1:8480';
const FORM = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):([0-9]{1,5})$/;

/** `HOST:PORT` or `[IPV6]:PORT`, read as an `Address`. */
export const address = () =>
  z.codec(
    z.string({ error: EXPECTED }).max(300).regex(FORM, { error: EXPECTED }),
    z.custom<Address>((it) => (it as Address).port <= 65_535, { error: EXPECTED }),
    { decode: parse, encode: formatAddress },
  );

function parse(given: string): Address {
  const [, six, host = six, port] = FORM.exec(given) ?? [];
  return { host: host ?? '', port: Number(port) };
}

/** `127.0.0.1:8480`, `[::1]:8480` */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Only this machine can connect to it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
