import type { PackagePurl, Resource, Visibility } from '@waybill/domain';
import { effectiveVisibility } from '@waybill/domain';
import type { RepositoryEntity } from './repository.entity.js';

/** `own`: what the package says of its visibility; null where it says nothing, or does not exist. */
export function packageIn(
  repository: Pick<RepositoryEntity, 'organizationId' | 'repositoryId' | 'visibility'>,
  purl: PackagePurl,
  own: Visibility | null,
): Extract<Resource, { kind: 'package' }> {
  const { organizationId, repositoryId } = repository;
  const visibility = effectiveVisibility(repository.visibility, own);
  return { kind: 'package', organizationId, repositoryId, visibility, purl };
}
