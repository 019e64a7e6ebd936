import { DomainError } from './domain-error.js';

/** Names of organizations and repositories in addresses: `acme`, `acme-internal`. */
export type Slug = string & { readonly __brand: 'Slug' };

const pattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
const reserved = new Set(['api', 'admin', 'new', 'login', 'logout', 'settings', 'waybill', 'v2', 'assets']);

export function isSlug(text: string): text is Slug {
  return pattern.test(text) && !text.includes('--') && !reserved.has(text);
}

export function parseSlug(text: string): Slug {
  if (isSlug(text)) return text;
  throw new DomainError(
    'invalid',
    'slug.malformed',
    'A name here has 1 to 64 lower-case letters, digits and single hyphens, and starts and ends with a letter or digit.',
  );
}
