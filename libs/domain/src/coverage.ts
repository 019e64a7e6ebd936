import type { Action } from './action.js';
import { actionsOf, actionsOnPackages } from './action.js';
import type { OrganizationId, RepositoryId } from './ids.js';
import type { PackagePurl } from './purl.js';
import type { Grant, TokenScope } from './principal.js';
import type { Resource } from './resource.js';

/** Whether what somebody was given reaches this. */
export function grantCovers(grant: Grant, action: Action, resource: Resource): boolean {
  switch (grant.kind) {
    case 'organization':
      return isIn(resource, grant.organizationId) && actionsOfMembership(grant, resource).includes(action);
    case 'organization-actions':
      return isIn(resource, grant.organizationId) && grant.actions.includes(action);
    case 'repository':
      return isInRepository(resource, grant.repositoryId) && grant.actions.includes(action);
    case 'packages':
      return (
        resource.kind === 'package' &&
        isInRepository(resource, grant.repositoryId) &&
        grant.actions.includes(action) &&
        grant.purls.includes(resource.purl)
      );
    case 'pattern':
      return isNamedLike(resource, grant) && grant.actions.includes(action);
  }
}

/** The packages of a repository that a grant or a scope names one by one. */
export function packagesNamed(where: Grant | TokenScope['on'], repositoryId: RepositoryId): readonly PackagePurl[] {
  if (!('repositoryId' in where) || where.repositoryId !== repositoryId) return [];
  if (where.kind === 'packages') return where.purls;
  return where.kind === 'package' ? [where.purl] : [];
}

/** Whether a token's scope reaches this. */
export function scopeCovers(scope: TokenScope, action: Action, resource: Resource): boolean {
  if (!scope.actions.includes(action)) return false;
  const { on } = scope;
  switch (on.kind) {
    case 'everything':
      return true;
    case 'organization':
      return isIn(resource, on.organizationId);
    case 'repository':
      return isInRepository(resource, on.repositoryId);
    case 'package':
      return isPackage(resource, on);
    case 'pattern':
      return isNamedLike(resource, on);
  }
}

function actionsOfMembership(
  { role, basePermission = 'publish' }: Extract<Grant, { kind: 'organization' }>,
  resource: Resource,
): readonly Action[] {
  return resource.kind === 'organization' ? actionsOf(role) : actionsOnPackages(role, basePermission);
}

function isIn(resource: Resource, organizationId: OrganizationId): boolean {
  return 'organizationId' in resource && resource.organizationId === organizationId;
}

function isInRepository(resource: Resource, repositoryId: RepositoryId): boolean {
  return 'repositoryId' in resource && resource.repositoryId === repositoryId;
}

function isPackage(resource: Resource, named: { readonly repositoryId: RepositoryId; readonly purl: string }): boolean {
  return resource.kind === 'package' && isInRepository(resource, named.repositoryId) && resource.purl === named.purl;
}

function isNamedLike(
  resource: Resource,
  named: {
    readonly organizationId: OrganizationId;
    readonly repositoryId?: RepositoryId;
    readonly purlPrefix: string;
  },
): boolean {
  if (resource.kind !== 'package' || !isIn(resource, named.organizationId)) return false;
  if (named.repositoryId !== undefined && !isInRepository(resource, named.repositoryId)) return false;
  return resource.purl.startsWith(named.purlPrefix);
}
