import type { Action, Visibility } from '@waybill/domain';
import { DomainError, effectiveVisibility } from '@waybill/domain';
import type { PackageEntity } from '../packages/package.entity.js';
import { isLooserOwnMode } from '../release-policies/looser.rules.js';
import type { TrustedPublishingMode } from '../release-policies/release-policy.rules.js';
import type { SourceLinkWish } from '../source-links/source-links.service.js';
import { isSourceOfRights } from '../source-links/source-links.service.js';

export interface PackageChange {
  /** Null: as its repository. Undefined, here and below: stays. */
  readonly visibility?: Visibility | null | undefined;
  readonly archived?: boolean | undefined;
  /** Null: as its repository. */
  readonly trustedPublishingOnly?: TrustedPublishingMode | null | undefined;
  readonly source?: SourceLinkWish | null | undefined;
}

/** What only takes away is possible in an archived repository, too: the rights of others by a source end with it. */
export function endsLinkOnly(change: PackageChange): boolean {
  return change.source === null && !isOfThePackage(change);
}

export function rightFor(change: PackageChange): Action {
  return isOfThePackage(change) || isSourceOfRights(change.source) ? 'manage-access' : 'metadata';
}

function isOfThePackage({ visibility, archived, trustedPublishingOnly }: PackageChange): boolean {
  return visibility !== undefined || archived !== undefined || trustedPublishingOnly !== undefined;
}

/** What of a change asks less of releases than before. */
export function looserIn(
  { trustedPublishingOnly: before }: Pick<PackageEntity, 'trustedPublishingOnly'>,
  { trustedPublishingOnly: after }: PackageChange,
): string[] {
  return after !== undefined && isLooserOwnMode(before, after) ? ['trustedPublishingOnly'] : [];
}

/** What would promise more than its repository keeps is refused instead of being as good as nothing. */
export function assertNarrower(repository: Visibility, own: Visibility | null): void {
  if (own === null || effectiveVisibility(repository, own) === own) return;
  throw new DomainError(
    'invalid',
    'package.wider-than-repository',
    `A package is never more visible than its repository, which is ${repository}.`,
    { details: { repository } },
  );
}

export function visibilityInherited(): DomainError {
  return new DomainError(
    'conflict',
    'package.visibility-inherited',
    'The package is as visible as its source says; end that with its source link first.',
  );
}
