import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** What somebody typed as a second factor, whatever way they wrote it. */
export type SecondFactorCode =
  { readonly kind: 'totp'; readonly digits: string } | { readonly kind: 'recovery'; readonly hash: string };

const issuer = 'Waybill';
const secretBytes = 20;
const digits = 6;
const periodSeconds = 30;
/** A clock may be one step off, either way (RFC 6238 §5.2). */
const stepsOff = 1;
/** Crockford's base 32: no letter that is taken for a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const recoveryCharacters = 16;

export const recoveryCodeCount = 10;
export const maxCodeLength = 64;

/** 160 random bits, as long as the hash (RFC 4226 §4, R6). */
export function newTwoFactorSecret(): Buffer {
  return randomBytes(secretBytes);
}

/** How people type it into an authenticator: base 32 without padding. */
export function shownSecret(secret: Buffer): string {
  return totpOf(secret).secret.base32;
}

/** What a QR code shows to an authenticator (Key URI Format). `installation`: the host by which the person knows it. */
export function otpauthUri(
  secret: Buffer,
  account: { readonly username: string; readonly installation: string },
): string {
  return totpOf(secret, `${account.username}@${account.installation}`).toString();
}

/**
 * One spelling of what was typed: digits of any script width, spaces and hyphens where apps show them; for recovery codes
 * letters of any case, and `O`, `I`, `L` for the digits they look like. Undefined for what is neither (security.md W7).
 */
export function parseCode(text: string): SecondFactorCode | undefined {
  if (text.length > maxCodeLength) return undefined;
  const plain = text.normalize('NFKC').replaceAll(/[\s\p{Pd}\p{Cf}]/gu, '');
  if (/^[0-9]{6}$/.test(plain)) return { kind: 'totp', digits: plain };
  const recovery = plain.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (recovery.length !== recoveryCharacters) return undefined;
  if (Array.from(recovery).some((character) => !alphabet.includes(character))) return undefined;
  return { kind: 'recovery', hash: hashOf(recovery) };
}

/** The time step that the code belongs to, now or one step off; undefined for a wrong code. `now` in milliseconds. */
export function stepOfCode(secret: Buffer, code: string, now: number): number | undefined {
  const totp = totpOf(secret);
  const delta = totp.validate({ token: code, timestamp: now, window: stepsOff });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}

export interface NewRecoveryCodes {
  /** `7KQ2-M4XW-…`: shown once. */
  readonly codes: readonly string[];
  readonly hashes: readonly string[];
}

/** Ten times 80 random bits: too many to guess, so that a plain hash is enough. */
export function newRecoveryCodes(): NewRecoveryCodes {
  const plain = Array.from({ length: recoveryCodeCount }, randomCode);
  return { codes: plain.map((code) => code.match(/.{4}/g)?.join('-') ?? code), hashes: plain.map(hashOf) };
}

function totpOf(secret: Buffer, label = ''): TOTP {
  const bytes = new Uint8Array(secret);
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits,
    period: periodSeconds,
    secret: new Secret({ buffer: bytes.buffer }),
  });
}

// 32 letters: each byte gives one of them, all equally often.
function randomCode(): string {
  return Array.from(randomBytes(recoveryCharacters), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function hashOf(code: string): string {
  return createHash('sha256').update(`waybill recovery code v1 ${code}`).digest('hex');
}
