import { DomainError } from '@waybill/domain';
import { isEmail } from 'class-validator';

const maxEmailCharacters = 254;
const maxNameCharacters = 200;

/** An address as RFC 5321 can deliver to; empty text takes it away. Throws `invalid` `user.email`. */
export function parseEmail(text: string): string | null {
  if (text === '') return null;
  if (text.length <= maxEmailCharacters && isEmail(text)) return text;
  throw new DomainError('invalid', 'user.email', 'That is not an e-mail address.');
}

/**
 * What somebody wants to be called; empty text takes it away. No control characters, and none that turn text around or
 * hide in it, since the name stands in lists next to others (Unicode TR36 §2). Throws `invalid` `user.full-name`.
 */
export function parseFullName(text: string): string | null {
  const name = text.normalize('NFC').trim();
  if (name === '') return null;
  if (name.length <= maxNameCharacters && !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)) return name;
  throw new DomainError(
    'invalid',
    'user.full-name',
    `A full name is one line of at most ${maxNameCharacters} visible characters.`,
  );
}
