/** The browser's session. It ends at the gateway; no service is given it. */
export const sessionCookieName = 'waybill_session';

/**
 * What a cookie of ours is called at an installation, in `Set-Cookie` as in `Cookie`. Where that is https, the name begins
 * with `__Host-`: a browser takes such a cookie from this very host over TLS alone (RFC 6265bis, 4.1.3.2), so that neither a
 * neighbour in the domain nor somebody on the way can plant one (security.md W2). It then needs `Secure`, `Path=/` and no
 * `Domain`. Browsers know no such names on http://localhost.
 */
export function cookieNameAt(externalUrl: string, name: string): string {
  return isEncrypted(externalUrl) ? `__Host-${name}` : name;
}

/** `Set-Cookie` of a cookie of ours, for this host and no script. An empty value with no age makes the browser forget it. */
export function setCookieAt(
  externalUrl: string,
  {
    name,
    value,
    maxAgeSeconds,
    sameSite,
  }: {
    readonly name: string;
    readonly value: string;
    readonly maxAgeSeconds: number;
    readonly sameSite: 'Strict' | 'Lax';
  },
): string {
  const secure = isEncrypted(externalUrl) ? '; Secure' : '';
  const attributes = `Path=/; Max-Age=${String(maxAgeSeconds)}; HttpOnly; SameSite=${sameSite}${secure}`;
  return `${cookieNameAt(externalUrl, name)}=${value}; ${attributes}`;
}

function isEncrypted(externalUrl: string): boolean {
  return /^https:/i.test(externalUrl);
}
