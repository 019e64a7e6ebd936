import { maxTokenLength } from '@waybill/trusted-publishing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { tokenMalformed } from './id-token.errors.js';

/** What a token says of itself before anything of it is verified; for finding the keys, and for nothing else. */
export interface UnverifiedToken {
  readonly issuer: string;
  readonly kid: string;
  readonly algorithm: string;
}

const maxIssuerLength = 400;
const maxKidLength = 500;
const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/**
 * Reads a token that nobody has verified. Throws `invalid` `oidc.token-malformed` for what is too long, is not signed, has no `kid` or
 * no `iss`, or has critical headers, none of which is known here. `jku`, `x5u`, `x5c` and `jwk` are not looked at (T5).
 */
export function readUnverified(token: string): UnverifiedToken {
  if (token.length > maxTokenLength) throw tokenMalformed('it is too long');
  if (!compact.test(token)) throw tokenMalformed('it does not have three parts');
  const header = read(() => decodeProtectedHeader(token) as Readonly<Record<string, unknown>>);
  const { iss: issuer } = read(() => decodeJwt<Record<string, unknown>>(token) as Readonly<Record<string, unknown>>);
  if (header['crit'] !== undefined) throw tokenMalformed('it has critical headers');
  const algorithm = textIn(header['alg'], 'alg', 20);
  const kid = textIn(header['kid'], 'kid', maxKidLength);
  return { algorithm, kid, issuer: textIn(issuer, 'iss', maxIssuerLength) };
}

function textIn(value: unknown, name: string, maxLength: number): string {
  if (typeof value === 'string' && value !== '' && value.length <= maxLength) return value;
  throw tokenMalformed(`its ${name} is not what it has to be`);
}

function read<Part>(decode: () => Part): Part {
  try {
    return decode();
  } catch {
    throw tokenMalformed('its parts cannot be read');
  }
}
