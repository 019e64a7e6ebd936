import type { OrganizationId, RepositoryId, UserId } from './ids.js';
import type { PackagePurl } from './purl.js';

/**
 * Who may see a repository: `public` everybody, `unlisted` everybody who knows its address (it is in no list),
 * `internal` everybody who is signed in, `private` only who was granted it.
 */
export const visibilities = ['public', 'internal', 'private', 'unlisted'] as const;
export type Visibility = (typeof visibilities)[number];

interface InRepository {
  readonly organizationId: OrganizationId;
  readonly repositoryId: RepositoryId;
  readonly visibility: Visibility;
}

/** What an action is done to: always the resolved thing, after aliases and normalization (security.md A1). */
export type Resource =
  | { readonly kind: 'installation' }
  | { readonly kind: 'account'; readonly userId: UserId }
  | { readonly kind: 'organization'; readonly organizationId: OrganizationId }
  | ({ readonly kind: 'repository' } & InRepository)
  | ({ readonly kind: 'package'; readonly purl: PackagePurl } & InRepository);
