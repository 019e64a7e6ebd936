import { createHash, randomBytes } from 'node:crypto';
import type { TokenHash } from '@waybill/domain';
import { sessionCookieName, setCookieAt } from '@waybill/edge';

/** 256 random bits in base64url: the value of the cookie, of which only the hash is stored. */
export type SessionSecret = string & { readonly __brand: 'SessionSecret' };

export function newSessionSecret(): SessionSecret {
  return randomBytes(32).toString('base64url') as SessionSecret;
}

/** sha256 of the cookie's value, in lower-case hex: what `introspectCredential` is asked with. */
export function hashSession(secret: string): TokenHash {
  return createHash('sha256').update(secret).digest('hex') as TokenHash;
}

/** `Set-Cookie` that begins a session (RFC 6265bis §4.1): no script reads it, no other site sends it. */
export function sessionCookie(secret: SessionSecret, externalUrl: string, maxAgeSeconds: number): string {
  return setCookieAt(externalUrl, { name: sessionCookieName, value: secret, maxAgeSeconds, sameSite: 'Strict' });
}

/** `Set-Cookie` that makes the browser forget it. */
export function endedSessionCookie(externalUrl: string): string {
  return setCookieAt(externalUrl, { name: sessionCookieName, value: '', maxAgeSeconds: 0, sameSite: 'Strict' });
}

/**
 * Whether a request to sign in comes from a page of ours, or from no page at all (security.md W2). Without it another
 * site could sign a browser in as somebody else. `origin` is the Origin header.
 */
export function isFromOurPage(origin: string | undefined, externalUrl: string): boolean {
  return origin === undefined || origin === new URL(externalUrl).origin;
}
