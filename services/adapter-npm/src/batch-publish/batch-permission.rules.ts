import { can } from '@waybill/domain';
import type { Person } from '../repositories/assert-may.js';
import { packageIn } from '../repositories/readable-repository.service.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';

/** Whether there can be any package here that the caller may publish; who may none is refused before the body is read. */
export function mayPublishSomething(caller: Person, repository: RepositoryEntity): boolean {
  const { organizationId, repositoryId, visibility } = repository;
  if (can(caller, 'publish', { kind: 'repository', organizationId, repositoryId, visibility }).allowed) return true;
  const scopes = caller.kind === 'token' ? caller.scopes.map(({ on }) => on) : [];
  const named = [...caller.grants, ...scopes].flatMap((where) =>
    where.kind === 'package' && where.repositoryId === repositoryId ? [where.purl] : [],
  );
  return named.some((purl) => can(caller, 'publish', packageIn(repository, purl)).allowed);
}
