import type { Visibility } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

export type NpmAccess = 'public' | 'restricted';

const schema = z.object({
  access: z.enum(['public', 'restricted', 'private']).nullish(),
  publish_requires_tfa: z.boolean().nullish(),
});

/** `public` is what everybody may read and find. */
export function accessOf(visibility: Visibility): NpmAccess {
  return visibility === 'public' ? 'public' : 'restricted';
}

/**
 * Refuses whatever is not so already: a package is as visible as its repository, and there is no second factor. Errors:
 * `invalid` `npm.access` | `npm.access-of-repository` | `npm.no-second-factor`.
 */
export function assertAccess(body: unknown, visibility: Visibility): void {
  const parsed = schema.safeParse(body);
  const { access, publish_requires_tfa: secondFactor } = parsed.data ?? {};
  const said = (access ?? undefined) !== undefined || (secondFactor ?? undefined) !== undefined;
  if (!parsed.success || !said) {
    throw new DomainError('invalid', 'npm.access', 'The body must have access, or publish_requires_tfa.');
  }
  if (secondFactor === true) {
    throw new DomainError(
      'invalid',
      'npm.no-second-factor',
      'This registry has no second factor, and cannot require one; nothing was changed.',
    );
  }
  const wanted = access === 'private' ? 'restricted' : (access ?? undefined);
  if (wanted === undefined || wanted === accessOf(visibility)) return;
  throw new DomainError(
    'invalid',
    'npm.access-of-repository',
    `A package is as visible as its repository, which is ${visibility}: nothing was changed. Who administers the repository can change it.`,
  );
}
