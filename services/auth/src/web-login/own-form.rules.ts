import type { FastifyRequest } from 'fastify';

/**
 * Whether a browser says that a form of our own page sent this. Every browser says so with a form (Fetch, `Origin` and
 * `Sec-Fetch-Site`); what says nothing is no browser and has no business with a form (security.md W2).
 */
export function isFromOwnForm(headers: FastifyRequest['headers'], externalUrl: string): boolean {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined && site === undefined) return false;
  const originAgrees = origin === undefined || origin === new URL(externalUrl).origin;
  return originAgrees && (site === undefined || site === 'same-origin');
}
