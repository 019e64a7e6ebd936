/**
 * What an identity token that is brought to npm's exchange may be for (protocol notes 2.6): npm and pnpm ask their CI for
 * `npm:<host name>`, yarn for `npm:<host>` with its port. From the installation's own address, never from a request's.
 */
export function npmAudiences(externalUrl: string): string[] {
  const { hostname, host } = new URL(externalUrl);
  return [...new Set([`npm:${hostname}`, `npm:${host}`])];
}
