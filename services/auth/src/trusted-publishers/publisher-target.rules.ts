import { randomUUID } from 'node:crypto';
import { DomainError } from '@waybill/domain';
import { targetText, type GrantTarget } from '../grants/grant.resource.js';
import type { TrustedPublisherTargetEntity } from './trusted-publisher-target.entity.js';

/** How long a publisher of a package that there is not waits for its first use. */
export const pendingDays = 30;

/** A target that is not stored yet. */
export type NewTarget = Pick<
  TrustedPublisherTargetEntity,
  'targetId' | 'kind' | 'repositoryId' | 'packagePurl' | 'purlPrefix' | 'target'
>;

/** What was found for a place, as it is stored; one of each. */
export function targetsOf(found: readonly GrantTarget[]): readonly NewTarget[] {
  const named = new Map<string, NewTarget>();
  for (const place of found) {
    const { kind, repositoryId, packagePurl, purlPrefix } = place;
    if (kind === 'organization') throw new DomainError('internal', 'internal', 'An organization is no target.');
    const target = targetText(place);
    if (named.has(target)) continue;
    named.set(target, { targetId: randomUUID(), kind, repositoryId, packagePurl, purlPrefix, target });
  }
  return [...named.values()];
}

/** Whether a target is all inside of a repository or a package that somebody manages. */
export function isWithin(
  target: Pick<NewTarget, 'target' | 'repositoryId'>,
  place: Pick<GrantTarget, 'organizationId' | 'kind' | 'repositoryId' | 'packagePurl' | 'purlPrefix'>,
): boolean {
  if (place.kind === 'repository') return target.repositoryId === place.repositoryId;
  return target.target === targetText(place);
}
