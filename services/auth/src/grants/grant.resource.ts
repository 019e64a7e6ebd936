import type { PackagePurl, Resource } from '@waybill/domain';
import { anyPackageOf } from '../organizations/organization.rules.js';
import type { GrantEntity } from './grant.entity.js';

export type GrantTarget = Pick<GrantEntity, 'organizationId' | 'kind' | 'repositoryId' | 'packagePurl' | 'purlPrefix'>;

/**
 * What a grant reaches, as resources to ask `can()` about: who is allowed something on all of them is allowed it on everything
 * that the grant reaches. All are `private`: what everybody may read is nobody's to give.
 */
export function resourcesOf(target: GrantTarget): readonly Resource[] {
  const { organizationId, repositoryId, packagePurl, purlPrefix } = target;
  const anything = anyPackageOf(organizationId);
  if (purlPrefix !== null) {
    // Longer than the prefix by what no other prefix holds: only a grant on all that it reaches reaches this.
    const purl = `${purlPrefix}\u0000` as PackagePurl;
    return [{ ...anything, purl, ...(repositoryId === null ? {} : { repositoryId }) }];
  }
  if (repositoryId === null) return [{ kind: 'organization', organizationId }, anything];
  if (packagePurl !== null) return [{ ...anything, repositoryId, purl: packagePurl }];
  return [{ kind: 'repository', organizationId, repositoryId, visibility: 'private' }];
}

/** What a grant is on, as one text, so that the same is the same. */
export function targetText({ kind, repositoryId, packagePurl, purlPrefix }: GrantTarget): string {
  switch (kind) {
    case 'organization':
      return kind;
    case 'repository':
      return `${kind}:${repositoryId ?? ''}`;
    case 'package':
      return `${kind}:${repositoryId ?? ''}/${packagePurl ?? ''}`;
    case 'pattern':
      return `${kind}:${repositoryId ?? '*'}/${purlPrefix ?? ''}`;
  }
}
