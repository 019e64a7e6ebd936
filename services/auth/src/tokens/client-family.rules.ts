import { redactTokens } from '@waybill/observability';

export const maxUserAgent = 200;

/** What a client says of itself as it may be kept: one bounded line without anything that looks like a credential (W6). */
export function keptUserAgent(userAgent: string): string {
  return redactTokens(userAgent.replaceAll(/[^\x20-\x7e]+/g, ' '))
    .slice(0, maxUserAgent)
    .trim();
}

/** The kind of client, whatever its version: `npm` of `npm/10.8.2 node/v22.1.0 linux x64`. */
export function clientFamily(userAgent: string): string {
  const product = /^[A-Za-z][A-Za-z0-9._-]{0,39}/.exec(keptUserAgent(userAgent))?.[0].toLowerCase();
  if (product === undefined) return 'unknown';
  return product === 'mozilla' || product === 'opera' ? 'browser' : product;
}
