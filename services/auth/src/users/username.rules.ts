import { DomainError } from '@waybill/domain';

const pattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

export function isUsername(text: string): boolean {
  return pattern.test(text) && !text.includes('--');
}

export function parseUsername(text: string): string {
  if (isUsername(text)) return text;
  throw new DomainError(
    'invalid',
    'username.malformed',
    'A username has 1 to 64 lower-case letters, digits and single hyphens, and starts and ends with a letter or digit.',
  );
}
