import type { PackagePurl, Principal, RepositoryId, Resource } from '@waybill/domain';
import { can, namedByScopes } from '@waybill/domain';

type InRepository = Omit<Extract<Resource, { kind: 'repository' }>, 'kind'>;

/**
 * What of a repository the principal may read: everything, or the packages that grants or scopes name. A decision depends
 * on the package only where one of them names it, so that asking about those is asking about every hit (security.md A5).
 */
export function readablePackages(principal: Principal, repository: InRepository): 'everything' | PackagePurl[] {
  if (can(principal, 'read', { kind: 'repository', ...repository }).allowed) return 'everything';
  return namedPackages(principal, repository.repositoryId).filter(
    (purl) => can(principal, 'read', { kind: 'package', ...repository, purl }).allowed,
  );
}

function namedPackages(principal: Principal, repositoryId: RepositoryId): PackagePurl[] {
  if (principal.kind === 'anonymous') return [];
  const named = [...principal.grants, ...namedByScopes(principal)].flatMap((given) =>
    given.kind === 'package' && given.repositoryId === repositoryId ? [given.purl] : [],
  );
  return [...new Set(named)];
}
