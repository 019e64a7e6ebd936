import type { Visibility } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

export type NpmAccess = 'public' | 'restricted';

const schema = z.object({
  access: z.enum(['public', 'restricted', 'private']).nullish(),
  publish_requires_tfa: z.boolean().nullish(),
});

/** `public` is what everybody may read, also where no list shows it. */
export function accessOf(visibility: Visibility): NpmAccess {
  return visibility === 'public' || visibility === 'unlisted' ? 'public' : 'restricted';
}

/**
 * What a request asks for, undefined where it says nothing of who may read. Errors: `invalid` `npm.access` |
 * `npm.no-second-factor`.
 */
export function wantedAccess(body: unknown): NpmAccess | undefined {
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
      'This registry has no second factor of single packages: an organization asks all of its members or none; nothing was changed.',
    );
  }
  return access === 'private' ? 'restricted' : (access ?? undefined);
}

/**
 * What a package has to say of its visibility for that: `private`, or nothing of its own, so that it is as visible as its
 * repository. Errors: `invalid` `npm.access-of-repository` where that is not for everybody.
 */
export function visibilityFor(wanted: NpmAccess, repository: Visibility): Visibility | null {
  if (wanted === 'restricted') return 'private';
  if (accessOf(repository) === 'public') return null;
  throw otherThanRepository(repository, 'changed');
}

/** What a publish says of access, and who says it. */
export interface PublishAccess {
  /** `access` of the publish document. */
  readonly access: unknown;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly userAgent?: string | undefined;
}

/**
 * Refuses to publish where everybody would read what is meant for few. `public` promises nothing that could be broken, and is
 * what scripts say everywhere. Errors: `invalid` `npm.access-of-repository`.
 */
export function assertPublishAccess({ access, manifest, userAgent }: PublishAccess, visibility: Visibility): void {
  if (accessOf(visibility) === 'restricted') return;
  const ofManifest = publishConfig.safeParse(manifest['publishConfig']).data?.access;
  if (!means(ofManifest) && (!means(access) || saysSoUnasked(userAgent))) return;
  throw otherThanRepository(visibility, 'published');
}

const publishConfig = z.looseObject({ access: z.unknown().optional() });

function means(access: unknown): boolean {
  return access === 'restricted' || access === 'private';
}

// Yarn since 2 says `restricted` of every scoped package unless told otherwise, and names only its HTTP library; whoever
// means it can be told apart by package.json alone. All others say null, or nothing, unless they were asked to.
function saysSoUnasked(userAgent: string | undefined): boolean {
  return userAgent !== undefined && /^(?:got|yarn)\b(?!\/1\.)/.test(userAgent);
}

const reason = {
  changed: 'A package is never more visible than its repository, which is %',
  published: 'A package is as visible as its repository, which is %',
} as const;

function otherThanRepository(visibility: Visibility, done: 'changed' | 'published'): DomainError {
  return new DomainError(
    'invalid',
    'npm.access-of-repository',
    `${reason[done]}: nothing was ${done}.`.replace('%', visibility),
  );
}
