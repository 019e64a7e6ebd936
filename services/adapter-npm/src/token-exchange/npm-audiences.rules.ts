/**
 * What an identity token that is brought to npm's exchange may be for (protocol notes 2.6): npm and pnpm ask their CI for
 * `npm:<host name>`, yarn for `npm:<host>` with its port. From the address that was configured, never
 * from what a request or a proxy says: tokens for others would be good here.
 */
export function npmAudiences(externalUrl: string): string[] {
  const { hostname, host } = new URL(externalUrl);
  return [...new Set([`npm:${hostname}`, `npm:${host}`])];
}
