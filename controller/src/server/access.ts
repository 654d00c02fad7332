import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { type Address, isLoopback } from '../resources/config/address.ts';
import { DreyError } from '../resources/errors.ts';
import { failure } from './handlers.ts';

/** viewer: reads. operator: may also call what changes something. */
export type Role = 'viewer' | 'operator';

/** A bearer token, its file's white space removed, and what it allows. */
export interface Token {
  readonly token: string;
  readonly role: Role;
}

/** An open API may be listened on by loopback alone. Throws `DREY-API-OPEN`. */
export function assertClosed(listen: Address, tokens: readonly Token[]): void {
  if (tokens.length > 0 || isLoopback(listen.host)) return;
  throw new DreyError('DREY-API-OPEN', `the API has no token and would listen on ${listen.host}`);
}

/** Lets calls with a known bearer token through; without any tokens, calls that mean this machine. */
export function access(tokens: readonly Token[]): RequestHandler {
  const known = tokens.map(({ token, role }) => ({ digest: digestOf(token), role }));
  return (request, response, next) => {
    const refused = known.length === 0 ? refuseForeignHost(request) : refuseUnknownToken(request, known);
    if (refused === undefined) return next();
    if (refused.status === 401) response.set('www-authenticate', 'Bearer');
    response.status(refused.status).json(refused.body);
  };
}

/** A page of any web site can have its own name resolve to 127.0.0.1; its calls then carry that name. */
function refuseForeignHost(request: Request) {
  const host = request.headers.host?.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const origin = request.headers.origin;
  const local = host !== undefined && isLoopback(host) && (origin === undefined || isLocalOrigin(origin));
  return local
    ? undefined
    : failure(403, 'DREY-SERVER-REFUSED', 'without tokens the API answers on loopback names alone');
}

function isLocalOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopback(new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1'));
}

function refuseUnknownToken(request: Request, known: readonly { readonly digest: Buffer; readonly role: Role }[]) {
  const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];
  if (given === undefined) return failure(401, 'DREY-SERVER-REFUSED', 'a bearer token is needed');
  const digest = digestOf(given);
  // All are compared, each in constant time: the time of the answer tells nothing about the tokens.
  const roles = known.filter((it) => timingSafeEqual(it.digest, digest)).map((it) => it.role);
  return roles.length > 0 ? undefined : failure(401, 'DREY-SERVER-REFUSED', 'the bearer token is not known');
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
