import { DomainError } from '@waybill/domain';
import { isEmail } from 'class-validator';

const maxEmailCharacters = 254;
const maxNameCharacters = 200;
const maxBioCharacters = 500;
const maxWebsiteCharacters = 200;

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

/** A few sentences, also on several lines; empty text takes them away. Throws `invalid` `user.bio`. */
export function parseBio(text: string): string | null {
  const bio = text.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim();
  if (bio === '') return null;
  const isPlain = !/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u.test(bio.replaceAll('\n', ''));
  if (bio.length <= maxBioCharacters && isPlain) return bio;
  throw new DomainError('invalid', 'user.bio', `It has at most ${maxBioCharacters} visible characters.`, {
    details: { errors: [{ field: 'body.bio', code: 'user.bio', message: 'is too long, or has hidden characters' }] },
  });
}

/** An address of a page; no other scheme than `https:`, and no credentials in it (security.md W1). Throws `invalid` `user.website`. */
export function parseWebsite(text: string): string | null {
  if (text.trim() === '') return null;
  const url = text.length <= maxWebsiteCharacters && URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href;
  throw new DomainError('invalid', 'user.website', 'A website is an address that begins with https://.', {
    details: { errors: [{ field: 'body.website', code: 'user.website', message: 'is no address with https:' }] },
  });
}
