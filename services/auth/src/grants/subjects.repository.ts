import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { UserEntity } from '../users/user.entity.js';

/** Persons by their username, service accounts by theirs: `<organization>/<name>`. What else PostgreSQL is not asked for. */
const accountName = /^[a-z0-9][a-z0-9._-]{0,99}(?:\/[a-z0-9][a-z0-9._-]{0,99})?$/;

/** Whom something can be given to. */
@Injectable()
export class SubjectsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async account(username: string, manager: EntityManager = this.dataSource.manager): Promise<UserEntity | undefined> {
    const name = username.toLowerCase();
    if (!accountName.test(name)) return undefined;
    return (await manager.getRepository(UserEntity).findOneBy({ username: name })) ?? undefined;
  }

  /** Whether they are of the organization: a member, or a service account that it owns. */
  async belongs(manager: EntityManager, account: UserEntity, organizationId: OrganizationId): Promise<boolean> {
    if (account.kind === 'service') return account.organizationId === organizationId;
    return manager.getRepository(MembershipEntity).existsBy({ organizationId, userId: account.userId });
  }
}
