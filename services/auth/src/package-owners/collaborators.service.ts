import { Injectable } from '@nestjs/common';
import type { Role } from '@waybill/domain';
import { actionsOf, can } from '@waybill/domain';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
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
  ) {}

  /**
   * Who may do what with a package, by role in its organization or by owning it; nobody who is suspended. By name. Whoever
   * may not read the organization is told of its owners and of themselves only: owning one package opens no roster
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
    const permissions = new Map(members.map(({ username, role }) => [username, permissionOf(role)]));
    for (const owner of owners) if (owner.granted && !owner.suspended) permissions.set(owner.username, 'write');
    const mayReadRoster = can(principal, 'read', { kind: 'organization', organizationId }).allowed;
    const known = new Set([principal.username, ...owners.map(({ username }) => username)]);
    return [...permissions]
      .filter(([username]) => mayReadRoster || known.has(username))
      .map(([username, permission]) => ({ username, permission }))
      .toSorted((left, right) => (left.username < right.username ? -1 : 1));
  }
}

function permissionOf(role: Role): Collaborator['permission'] {
  return actionsOf(role).includes('publish') ? 'write' : 'read';
}
