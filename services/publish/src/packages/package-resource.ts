import type { RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl, Resource, Visibility } from '@waybill/domain';
import { effectiveVisibility } from '@waybill/domain';
import type { RepositoryEntity } from '../repositories/repository.entity.js';

/** What one must know of a package to decide on it; one that nobody has published yet is as visible as its repository. */
export interface NamedPackage {
  readonly purl: PackagePurl;
  /** Its own; null where it has none. */
  readonly visibility: Visibility | null;
}

/** What one must be allowed something on, for a package in its repository: as visible as the narrower of both (A9). */
export function packageResourceOf(
  repository: RepositoryFacts | RepositoryEntity,
  { purl, visibility }: NamedPackage,
): Extract<Resource, { kind: 'package' }> {
  const { repositoryId, organizationId } = repository;
  const effective = effectiveVisibility(repository.visibility, visibility);
  return { kind: 'package', purl, repositoryId, organizationId, visibility: effective };
}
