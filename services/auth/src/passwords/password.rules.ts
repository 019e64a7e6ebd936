import { createHmac } from 'node:crypto';
import { DomainError } from '@waybill/domain';

const minCharacters = 12;
const maxCharacters = 128;

/** Characters are counted as Unicode code points; every character is welcome (NIST SP 800-63B §3.1.1). Throws `invalid`. */
export function requireAcceptablePassword(password: string): void {
  const characters = Array.from(password.normalize('NFC')).length;
  if (characters >= minCharacters && characters <= maxCharacters) return;
  throw new DomainError(
    'invalid',
    'password.length',
    `A password has ${minCharacters} to ${maxCharacters} characters.`,
  );
}

/**
 * What bcrypt is given instead of the password: bcrypt ignores what follows the 72nd byte and ends at a NUL. HMAC-SHA-384
 * in base64 is exactly 64 bytes, so nothing of it is cut (that of SHA-512 would be 88). The key separates it from plain
 * SHA-384 lists of other sites ("password shucking"). NFC, so that two keyboards type the same password (RFC 8265 §4.2).
 */
export function bcryptInput(password: string): string {
  return createHmac('sha384', 'waybill password v1').update(password.normalize('NFC')).digest('base64');
}
