import type { OrganizationId, RepositoryId, TokenScope } from '@waybill/domain';

/** Whose a repository is, as far as it is known here. */
export type OwnerOf = (repositoryId: RepositoryId) => OrganizationId | undefined;

/**
 * The scopes that reach into an organization; undefined when one of the lists that bound the token has none. What is on a
 * repository that nobody knows counts, since it may: without the name of its package, which may be another organization's.
 */
export function scopesWithin(
  lists: readonly (readonly TokenScope[])[],
  organizationId: OrganizationId,
  ownerOf: OwnerOf,
): TokenScope[] | undefined {
  const within = lists.map((scopes) =>
    scopes.flatMap((scope): TokenScope[] => {
      const { on } = scope;
      if (on.kind === 'everything') return [scope];
      if (on.kind === 'organization' || on.kind === 'pattern') {
        return on.organizationId === organizationId ? [scope] : [];
      }
      const owner = ownerOf(on.repositoryId);
      if (owner === organizationId) return [scope];
      const { repositoryId } = on;
      return owner === undefined ? [{ actions: scope.actions, on: { kind: 'repository', repositoryId } }] : [];
    }),
  );
  return within.every((scopes) => scopes.length > 0) ? within[0] : undefined;
}
