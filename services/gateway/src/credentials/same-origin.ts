import type { IncomingMessage } from 'node:http';
import { DomainError } from '@waybill/domain';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A browser sends its cookie along whoever made the page, so a cookie alone may change nothing: the browser must say that
 * the request comes from our own pages (security.md W2; Fetch Metadata, `Sec-Fetch-Site`). Errors: `forbidden` `auth.cross-site`.
 */
export function requireSameOrigin(request: IncomingMessage, externalUrl: string): void {
  if (safeMethods.has(request.method ?? '')) return;
  const site = request.headers['sec-fetch-site'];
  const origin = request.headers.origin;
  const siteAgrees = site === undefined || site === 'same-origin';
  const originAgrees = origin === undefined || origin === new URL(externalUrl).origin;
  if (siteAgrees && originAgrees && !(site === undefined && origin === undefined)) return;
  throw new DomainError('forbidden', 'auth.cross-site', 'This request does not come from a page of this site.');
}
