import type { Resource } from '@waybill/domain';
import { can, namedByScopes, packagesNamed } from '@waybill/domain';
import type { RepositoryEntity } from '@waybill/read-model';
import { packageIn } from '@waybill/read-model';
import { assertMay, type Person } from '../repositories/assert-may.js';

/**
 * Whether there can be any package here that the caller may publish, and read as well, which is what `PUT /{pkg}` asks for;
 * who may none is refused before the body is read.
 */
export function mayPublishSomething(caller: Person, repository: RepositoryEntity): boolean {
  const { organizationId, repositoryId, visibility } = repository;
  if (mayPublish(caller, { kind: 'repository', organizationId, repositoryId, visibility })) return true;
  const named = [...caller.grants, ...namedByScopes(caller)].flatMap((where) => packagesNamed(where, repositoryId));
  // Whoever is named may read it by that, however visible it is.
  return named.some((purl) => mayPublish(caller, packageIn(repository, purl, null)));
}

/**
 * In a batch as alone: what may not be read is like what is not there, also for who may write it, since the answer to a
 * publish tells which versions there are (security.md A1, A7). Errors: `not-found`, `forbidden`.
 */
export function assertMayPublish(caller: Person, resource: Resource): void {
  assertMay(caller, 'read', resource);
  assertMay(caller, 'publish', resource);
}

function mayPublish(caller: Person, resource: Resource): boolean {
  return can(caller, 'read', resource).allowed && can(caller, 'publish', resource).allowed;
}
