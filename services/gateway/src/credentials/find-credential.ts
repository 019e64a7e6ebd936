import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TokenHash } from '@waybill/domain';
import { DomainError, hashToken, isTokenText } from '@waybill/domain';
import type { CredentialCarrier } from '@waybill/edge';
import { cookieNameAt, sessionCookieName } from '@waybill/edge';

/** What a client presented, as its hash: the text itself goes nowhere from here (security.md W6). */
export interface PresentedCredential {
  readonly kind: 'token' | 'session';
  readonly hash: TokenHash;
}

type Headers = IncomingMessage['headers'];

/**
 * Looks for a credential where the service says that its clients put one. `externalUrl` says what the cookie is called. `undefined`: none was presented.
 * Errors: `unauthenticated` `auth.invalid-credential` for one that cannot be ours; the checksum tells without asking.
 */
export function findCredential(
  headers: Headers,
  carriers: readonly CredentialCarrier[],
  externalUrl: string,
): PresentedCredential | undefined {
  let presented = false;
  for (const carrier of carriers) {
    const text = textIn(headers, carrier);
    if (text === undefined) continue;
    presented = true;
    if (isTokenText(text)) return { kind: 'token', hash: hashToken(text) };
  }
  // Somebody who sends a credential means to be somebody: a wrong one is never taken for nobody.
  if (presented || headers.authorization !== undefined) throw invalidCredential();
  if (!carriers.some((carrier) => carrier.kind === 'session-cookie')) return undefined;
  const cookie = cookieIn(headers.cookie, cookieNameAt(externalUrl, sessionCookieName));
  return cookie === undefined ? undefined : { kind: 'session', hash: sha256(cookie) };
}

const maxForeignBearerLength = 16_384;

/**
 * The bearer token of somebody else, for a service that takes those. One of our own is not handed on: undefined, as if there
 * were none (security.md W6).
 */
export function findForeignBearer({ authorization }: Headers): string | undefined {
  if (authorization === undefined || authorization.length > maxForeignBearerLength) return undefined;
  const text = valueOfScheme(authorization, 'bearer');
  return text === undefined || text === '' || carriesToken(text) ? undefined : text;
}

export function invalidCredential(): DomainError {
  return new DomainError(
    'unauthenticated',
    'auth.invalid-credential',
    'Your credential is not valid, or not valid any more.',
  );
}

/** Lower-case names of the headers that carry credentials, which are not handed on. */
export function credentialHeaders(carriers: readonly CredentialCarrier[]): ReadonlySet<string> {
  return new Set(carriers.flatMap((carrier) => (carrier.kind === 'header' ? [carrier.name.toLowerCase()] : [])));
}

const tokenLikeAnywhere = /wb(?:-|%2d)(?=([0-9A-Za-z]{46}))/gi;

/** The checksum decides: one in some hundred signatures of JWTs has text by chance that only looks like a token. */
function carriesToken(text: string): boolean {
  for (const [, rest = ''] of text.matchAll(tokenLikeAnywhere)) {
    if (isTokenText(`wb-${rest}`)) return true;
  }
  return false;
}

/**
 * Takes out of a request's headers every field that carries one of our tokens where this service looks for none: in a
 * header of another service, in a `Referer`. A service that logs its headers then logs no token (security.md W6).
 */
export function dropStrayTokens(headers: Record<string, string | string[]>): void {
  for (const name in headers) {
    if (carriesToken(String(headers[name]))) Reflect.deleteProperty(headers, name);
  }
}

function textIn(headers: Headers, carrier: CredentialCarrier): string | undefined {
  switch (carrier.kind) {
    case 'bearer':
      return schemeValue(headers.authorization, 'bearer');
    case 'basic-password':
      return passwordOf(schemeValue(headers.authorization, 'basic'));
    case 'header': {
      const value = headers[carrier.name.toLowerCase()];
      return typeof value === 'string' ? value.trim() : undefined;
    }
    case 'session-cookie':
      return undefined;
  }
}

/** The value of an `Authorization` of that scheme; schemes are compared without case (RFC 9110, 11.1). */
function schemeValue(header: string | undefined, scheme: string): string | undefined {
  return header === undefined || header.length > 4096 ? undefined : valueOfScheme(header, scheme);
}

function valueOfScheme(header: string, scheme: string): string | undefined {
  const space = header.indexOf(' ');
  if (space === -1 || header.slice(0, space).toLowerCase() !== scheme) return undefined;
  return header.slice(space + 1).trim();
}

/** RFC 7617: everything after the first colon. The user name is not looked at. */
function passwordOf(encoded: string | undefined): string | undefined {
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? '' : text.slice(colon + 1);
}

function cookieIn(header: string | undefined, wanted: string): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';', 50)) {
    const [name, value] = pair.split('=', 2);
    if (name?.trim() === wanted && value !== undefined && /^[A-Za-z0-9_-]{16,256}$/.test(value.trim())) {
      return value.trim();
    }
  }
  return undefined;
}

function sha256(text: string): TokenHash {
  return hash('sha256', text, 'hex') as TokenHash;
}
