import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, UserId } from '@waybill/domain';
import { can, DomainError, parseSlug } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { UsersRepository } from '../users/users.repository.js';
import type { OrganizationEntity } from './organization.entity.js';
import { OrganizationFounder } from './organization-founder.js';
import { OrganizationsRepository } from './organizations.repository.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly users: UsersRepository,
    private readonly founder: OrganizationFounder,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** `owner` is a username; the acting person unless given. Throws `invalid`, `not-found` `user.not-found`, `conflict`. */
  async create(by: AuditActor, text: string, owner: string | undefined): Promise<OrganizationEntity> {
    const name = parseSlug(text);
    const ownerId = owner === undefined ? by.userId : await this.#userIdOf(owner);
    if (ownerId === undefined) throw userNotFound();
    try {
      const organizationId = await this.unitOfWork.run(async (manager) => {
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
      throw new DomainError('conflict', 'organization.name-taken', 'That name is taken.');
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
    const readable = caller.grants.flatMap((grant) =>
      grant.kind === 'organization' && can(caller, 'read', grant).allowed ? [grant.organizationId] : [],
    );
    return this.organizations.list(after, limit, readable);
  }

  async #userIdOf(username: string): Promise<UserId | undefined> {
    return (await this.users.findByUsername(username.toLowerCase()))?.userId;
  }
}

function userNotFound(): DomainError {
  return new DomainError('not-found', 'user.not-found', 'There is no such user.');
}
