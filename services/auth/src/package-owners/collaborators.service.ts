import { Injectable } from '@nestjs/common';
import type { Action } from '@waybill/domain';
import { actionsOnPackages } from '@waybill/domain';
import { GrantsRepository } from '../grants/grants.repository.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { maySeeMembers } from '../organizations/organization.rules.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { requireAllowed } from '../require-allowed.js';
import { PackageOwnersRepository } from './package-owners.repository.js';
import type { PackageTarget } from './package-owners.service.js';

export interface Collaborator {
  readonly username: string;
  readonly permission: 'read' | 'write';
}

const maxListed = 5000;

@Injectable()
export class Collaborators {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly ownerships: PackageOwnersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly grants: GrantsRepository,
  ) {}

  /**
   * Who may do what with a package, by role in its organization, by owning it or by a grant; nobody who is suspended. By name. Whoever
   * may not see the organization's members is told of its owners and of themselves only: owning one package opens no roster
   * (security.md A5).
   */
  async list(target: PackageTarget): Promise<Collaborator[]> {
    const { principal, organizationId, repositoryId, packagePurl: purl } = target;
    const ownership = await this.ownerships.find(target);
    const isSame = ownership === undefined || ownership.organizationId === organizationId;
    const resource = { kind: 'package' as const, visibility: 'private' as const, organizationId, repositoryId, purl };
    requireAllowed(principal, 'metadata', { resource: isSame ? resource : undefined, what: 'That package' });
    const members = await this.memberships.listActive(organizationId, maxListed);
    const owners = await this.ownerships.owners(target);
    const organization = await this.organizations.findById(organizationId);
    const base = organization?.basePermission ?? 'none';
    const permissions = new Map(
      members.flatMap(({ username, role }) => entryOf(username, actionsOnPackages(role, base))),
    );
    for (const { username, writes } of await this.grants.granteesOf(target, maxListed)) {
      if (writes || !permissions.has(username)) permissions.set(username, writes ? 'write' : 'read');
    }
    for (const owner of owners) if (owner.granted && !owner.suspended) permissions.set(owner.username, 'write');
    const mayReadRoster = organization !== undefined && maySeeMembers(principal, organization);
    const known = new Set([principal.username, ...owners.map(({ username }) => username)]);
    return [...permissions]
      .filter(([username]) => mayReadRoster || known.has(username))
      .map(([username, permission]) => ({ username, permission }))
      .toSorted((left, right) => (left.username < right.username ? -1 : 1));
  }
}

function entryOf(username: string, given: readonly Action[]): [string, Collaborator['permission']][] {
  if (given.includes('publish')) return [[username, 'write']];
  return given.includes('read') ? [[username, 'read']] : [];
}
