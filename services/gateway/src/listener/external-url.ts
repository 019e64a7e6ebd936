import type { IncomingMessage } from 'node:http';
import type { TrustedProxies } from '../limits/trusted-proxies.js';

/** The configured address without a trailing slash; else that of the listener itself. Never what a client calls us. */
export function externalUrlOf(configured: string | undefined, host: string, port: number): string {
  if (configured !== undefined) return configured.replace(/\/+$/, '');
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${String(port)}`;
}

/**
 * The address that answers name: the configured one; else what a trusted proxy says; else that of the listener, which is
 * known once it has its port. Errors: `invalid` `http.forwarding`.
 */
export function installationUrlFor(
  proxies: TrustedProxies,
  configured: string | undefined,
  own: () => string,
): (request: IncomingMessage) => string {
  if (configured === undefined) return (request) => proxies.installationUrlOf(request) ?? own();
  return (request) => {
    proxies.requireAgreement(request);
    return own();
  };
}
