import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The text of a token: `wb-`, 40 random characters, 6 characters of checksum. Only `[A-Za-z0-9-]`, because conda allows
 * nothing else in `/t/<token>/`; the prefix and the checksum let secret scanners find leaks without false alarms.
 */
export type TokenText = string & { readonly __brand: 'TokenText' };
/** sha256 of the text in lower-case hex: what is stored and what travels between services. */
export type TokenHash = string & { readonly __brand: 'TokenHash' };

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 40;
const checksumLength = 6;

/** Finds token texts in a file; candidates still need `isTokenText`. */
export const tokenTextPattern = /\bwb-[0-9A-Za-z]{46}\b/g;

export function newTokenText(): TokenText {
  let random = '';
  for (let index = 0; index < randomLength; index += 1) random += alphabet.charAt(randomInt(alphabet.length));
  return `wb-${random}${checksumOf(random)}` as TokenText;
}

export function isTokenText(text: string): text is TokenText {
  const match = /^wb-([0-9A-Za-z]{40})([0-9A-Za-z]{6})$/.exec(text);
  return match?.[1] !== undefined && checksumOf(match[1]) === match[2];
}

export function hashToken(text: TokenText): TokenHash {
  // In one call: an object to update costs six times as much, and this is paid for every request.
  return hash('sha256', text, 'hex') as TokenHash;
}

function checksumOf(random: string): string {
  let rest = crc32(random);
  let text = '';
  for (let index = 0; index < checksumLength; index += 1) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
