import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, Resource } from '@waybill/domain';
import { can, DomainError, isSlug } from '@waybill/domain';
import { resolveResource } from '@waybill/contracts';
import { RequestClient } from '@waybill/messaging';
import { notThere } from '../not-there.js';
import type { OrganizationEntity } from '../organizations/organization.entity.js';
import type { GrantTarget } from './grant.resource.js';
import type { GrantPlace } from './grant.schema.js';
import { purlPrefixOf } from './name-pattern.rules.js';

/** What a grant is on, found by `publish`, with the name that its repository is known by. */
export type FoundTarget = GrantTarget & { readonly slug: string | null };

export type PlacedResource = Extract<Resource, { kind: 'repository' | 'package' }>;

@Injectable()
export class GrantTargets {
  constructor(private readonly requests: RequestClient) {}

  /**
   * A place that somebody names in an organization. Throws what a missing thing is answered with where there is none, or it is
   * another organization's that they may not see (A6), `not-found` with the reason where they may, `invalid` `grant.pattern`,
   * `unavailable` while `publish` cannot be asked.
   */
  async find(caller: Principal, organization: OrganizationEntity, place: GrantPlace): Promise<FoundTarget> {
    const { organizationId } = organization;
    const nothing = { organizationId, repositoryId: null, packagePurl: null, purlPrefix: null, slug: null };
    if ('organization' in place) {
      if (place.organization !== organization.name) throw notThere(caller);
      return { ...nothing, kind: 'organization' };
    }
    const slug = place.repository;
    const purl = 'package' in place ? place.package : undefined;
    const resource = slug === undefined ? undefined : await this.resolve(slug, purl);
    if (slug !== undefined && resource?.organizationId !== organizationId) {
      throw notOf(organization.name, caller, { slug, resource });
    }
    const inRepository = { ...nothing, repositoryId: resource?.repositoryId ?? null, slug: slug ?? null };
    if ('pattern' in place) return { ...inRepository, kind: 'pattern', purlPrefix: purlPrefixOf(place.pattern) };
    if (purl !== undefined) return { ...inRepository, kind: 'package', packagePurl: purl };
    return { ...inRepository, kind: 'repository' };
  }

  /** A repository by its slug, or a package in it; undefined where there is none. Throws `unavailable`. */
  async resolve(slug: string, packagePurl?: PackagePurl): Promise<PlacedResource | undefined> {
    if (!isSlug(slug)) return undefined;
    const asked = { repository: slug, ...(packagePurl === undefined ? {} : { packagePurl }) };
    const { resource } = await this.requests.ask(resolveResource, asked);
    if (resource === null) return undefined;
    const { organizationId, repositoryId, visibility } = resource;
    const place = { organizationId, repositoryId, visibility };
    return packagePurl === undefined
      ? { kind: 'repository', ...place }
      : { kind: 'package', ...place, purl: packagePurl };
  }
}

/** A repository of others is no secret to who may read it; to everybody else it is not there. */
function notOf(
  organization: string,
  caller: Principal,
  { slug, resource }: { readonly slug: string; readonly resource: PlacedResource | undefined },
): DomainError {
  if (resource === undefined || !can(caller, 'read', resource).allowed) return notThere(caller);
  return new DomainError('not-found', 'not-found', `Repository ${slug} does not belong to ${organization}.`);
}

/** The target of a grant on a resource that was found. */
export function targetOf(resource: PlacedResource, slug: string): FoundTarget {
  const { organizationId, repositoryId } = resource;
  const packagePurl = resource.kind === 'package' ? resource.purl : null;
  return { organizationId, repositoryId, packagePurl, purlPrefix: null, kind: resource.kind, slug };
}
