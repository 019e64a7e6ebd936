import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, UserId } from '@waybill/domain';
import { can, DomainError, parseSlug } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { maxOrganizationsPerUser } from '../memberships/membership.rules.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import type { OrganizationEntity } from './organization.entity.js';
import { OrganizationFounder } from './organization-founder.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Who founds organizations without being asked for them by an administrator has an end. */
const maxFoundedOrganizations = 100;

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersRepository,
    private readonly founder: OrganizationFounder,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * `owner` is a username; the acting person unless given, which only administrators of the installation may. Throws
   * `invalid`, `not-found` `user.not-found`, `conflict` `organization.name-taken` | `organization.too-many`, `forbidden`.
   */
  async create(
    by: AuditActor,
    caller: Principal,
    { name: text, owner }: { readonly name: string; readonly owner?: string },
  ): Promise<OrganizationEntity> {
    const name = parseSlug(text);
    const isForOthers = can(caller, 'admin', { kind: 'installation' }).allowed;
    if (owner !== undefined && !isForOthers) throw ownersElsewhere();
    try {
      const organizationId = await this.unitOfWork.run(async (manager) => {
        const ownerId = await this.#founder(manager, owner, by.userId);
        if (await this.organizations.isRetired(manager, name)) throw nameTaken();
        const count = await this.memberships.count(manager, ownerId);
        if (count >= (isForOthers ? maxOrganizationsPerUser : maxFoundedOrganizations)) throw tooMany();
        const id = await this.founder.found(manager, name, ownerId, by.actor);
        const details = { name, owner: ownerId };
        await this.audit.record(manager, by, {
          action: 'organization.create',
          subject: `organization:${id}`,
          organizationId: id,
          details,
        });
        return id;
      });
      return await this.view(organizationId);
    } catch (error) {
      if (!isUniqueViolation(error, 'organizations_name_unique')) throw error;
      throw nameTaken();
    }
  }

  async view(organizationId: OrganizationId): Promise<OrganizationEntity> {
    const organization = await this.organizations.findById(organizationId);
    if (organization !== undefined) return organization;
    throw new DomainError('not-found', 'not-found', 'That organization was not found.');
  }

  /** What the caller may read: their organizations; all for an administrator of the installation. */
  list(caller: Principal, after: string, limit: number): Promise<OrganizationEntity[]> {
    if (caller.kind === 'anonymous') return Promise.resolve([]);
    if (can(caller, 'read', { kind: 'installation' }).allowed) return this.organizations.list(after, limit, 'all');
    const readable = caller.grants.flatMap((grant) => {
      if (grant.kind !== 'organization' && grant.kind !== 'organization-actions') return [];
      const { organizationId } = grant;
      return can(caller, 'read', { kind: 'organization', organizationId }).allowed ? [organizationId] : [];
    });
    return this.organizations.list(after, limit, [...new Set(readable)]);
  }

  /** A person who is there, locked so that two foundings at a time are counted. */
  async #founder(manager: EntityManager, username: string | undefined, userId: UserId | undefined): Promise<UserId> {
    const user =
      username === undefined
        ? userId && (await this.users.lock(manager, userId))
        : await this.users.lockByUsername(manager, username.toLowerCase());
    if (user?.kind === 'person' && !user.suspended) return user.userId;
    throw userNotFound();
  }
}

function nameTaken(): DomainError {
  return new DomainError('conflict', 'organization.name-taken', 'That name is taken.');
}

function tooMany(): DomainError {
  return new DomainError('conflict', 'organization.too-many', 'They are in too many organizations already.');
}

function ownersElsewhere(): DomainError {
  return new DomainError('forbidden', 'organization.admins-only', 'You can found an organization for yourself only.');
}

function userNotFound(): DomainError {
  return new DomainError('not-found', 'user.not-found', 'There is no such user.');
}
