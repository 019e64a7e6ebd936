import type { ServerResponse } from 'node:http';
import type { HeaderMap } from '@waybill/edge';

/** On every answer, unless the service has reasons of its own for another value (security.md W1, W2). */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), usb=()',
};

// Framing and the connection are the gateway's, whatever a service says.
const ownHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-request-id',
  'cache-status',
]);

/** Whether a header field of an answer is the gateway's own to set; in any case of letters. */
export function isOwnHeader(name: string): boolean {
  return ownHeaders.has(name.toLowerCase());
}

export function setSecurityHeaders(response: ServerResponse): void {
  for (const name in securityHeaders) response.setHeader(name, securityHeaders[name] ?? '');
}

/**
 * To be called before the headers of a service, whose own `Cache-Control` then wins: an answer to somebody who is known,
 * or who just signed in, is kept by no cache unless its service says so (security.md A9).
 */
export function keepFromCaches(response: ServerResponse): void {
  response.setHeader('cache-control', 'no-store');
}

/** Copies what a service answered with; throws on a value that is no header value, which becomes a 500. */
export function setServiceHeaders(response: ServerResponse, headers: HeaderMap): void {
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !isOwnHeader(name)) response.setHeader(name, value);
  }
}

export function addVary(response: ServerResponse, field: string): void {
  const before = response.getHeader('vary');
  const fields =
    before === undefined
      ? []
      : [before]
          .flat()
          .join(',')
          .split(',')
          .map((entry) => entry.trim());
  if (fields.includes('*') || fields.some((entry) => entry.toLowerCase() === field.toLowerCase())) return;
  response.setHeader('vary', [...fields, field].join(', '));
}
