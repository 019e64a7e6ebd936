import { isUsername } from '../users/username.rules.js';

const maxCharacters = 40;

/**
 * A username out of what another system calls somebody: the part before an `@`, in small letters, everything else a
 * hyphen. `attempt` counts from 1; the next ones differ, since a name that is taken is never given to somebody else.
 */
export function usernameOfIdentity(wanted: string | undefined, attempt: number): string {
  const [local = ''] = (wanted ?? '').split('@');
  const plain = local
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxCharacters)
    .replaceAll(/^-+|-+$/g, '');
  const base = isUsername(plain) ? plain : 'user';
  return attempt === 1 && base !== 'user' ? base : `${base}-${attempt}`;
}
