import { createHash, randomInt } from 'node:crypto';

/** What is in the address of the page: eight characters that people compare, a hyphen, and 24 that nobody can guess. */
export type WebLoginId = string & { readonly __brand: 'WebLoginId' };

// Crockford's base 32: no letter that is taken for a digit. 24 of them are 120 bits.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const pattern = /^[0-9A-HJKMNP-TV-Z]{8}-[0-9A-HJKMNP-TV-Z]{24}$/;

export function newWebLoginId(): WebLoginId {
  return `${random(8)}-${random(24)}` as WebLoginId;
}

export function isWebLoginId(text: string): text is WebLoginId {
  return pattern.test(text);
}

/** sha256 in lower-case hex: what is stored. */
export function hashWebLoginId(id: WebLoginId): string {
  return createHash('sha256').update(id).digest('hex');
}

/** The path of the page, relative to the installation. */
export function webLoginPath(id: WebLoginId): string {
  return `/login/${id}`;
}

/** What stands behind `/login/` in the address that the terminal shows, letter for letter: `K7PX2M4Q`. */
export function shortCode(id: WebLoginId): string {
  return id.slice(0, 8);
}

function random(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
