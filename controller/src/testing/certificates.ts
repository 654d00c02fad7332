import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';

/** A certificate with its private key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Who signs certificates. */
export interface Authority extends Identity {
  /** A certificate for 127.0.0.1 and localhost, as server and as client. */
  issue(name: string): Identity;
}

/** A certificate authority of its own, made here: no program and no committed key is needed. */
export function createAuthority(name: string): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = { name, key: pair.privateKey };
  return {
    ...identity({ name, publicKey: pair.publicKey, extension: AUTHORITY }, pair.privateKey, signer),
    issue(subject) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      return identity({ name: subject, publicKey, extension: LOOPBACK }, privateKey, signer);
    },
  };
}

interface Subject {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly extension: Buffer;
}

function identity(subject: Subject, key: KeyObject, signer: { name: string; key: KeyObject }): Identity {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ECDSA_WITH_SHA256,
    commonName(signer.name),
    sequence(der(0x17, Buffer.from('000101000000Z')), der(0x17, Buffer.from('491231235959Z'))),
    commonName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(subject.extension)),
  );
  const raw = sequence(body, ECDSA_WITH_SHA256, der(0x03, Buffer.of(0), sign('sha256', body, signer.key)));
  return {
    cert: new X509Certificate(raw).toString(),
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

/** Tag, length, value: X.690. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const YES = der(0x01, Buffer.of(0xff));
/** basicConstraints, critical: may sign. */
const AUTHORITY = sequence(oid('551d13'), YES, der(0x04, sequence(YES)));
/** subjectAltName: IP 127.0.0.1, DNS localhost. */
const LOOPBACK = sequence(
  oid('551d11'),
  der(0x04, sequence(der(0x87, Buffer.of(127, 0, 0, 1)), der(0x82, Buffer.from('localhost')))),
);
