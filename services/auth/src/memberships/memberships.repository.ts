import { Injectable } from '@nestjs/common';
import type { OrganizationId, Role, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { MembershipEntity } from './membership.entity.js';

export interface Member {
  readonly username: string;
  readonly role: Role;
}

/** A member as the management API shows one. */
export interface ListedMember extends Member {
  readonly userId: UserId;
  readonly fullName: string | null;
  readonly since: Date;
  readonly twoFactorEnabled: boolean;
}

export interface MemberFilter {
  readonly after: string;
  readonly limit: number;
  readonly role?: Role | undefined;
  /** Only this one. */
  readonly userId?: UserId | undefined;
}

@Injectable()
export class MembershipsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, membership: Omit<MembershipEntity, 'createdAt'>): Promise<void> {
    await this.#table(manager).insert(membership);
  }

  async find(manager: EntityManager, key: MembershipKey): Promise<MembershipEntity | undefined> {
    const { organizationId, userId } = key;
    return (await this.#table(manager).findOneBy({ organizationId, userId })) ?? undefined;
  }

  /** Outside of any transaction. */
  findNow(key: MembershipKey): Promise<MembershipEntity | undefined> {
    return this.find(this.dataSource.manager, key);
  }

  async changeRole(manager: EntityManager, { organizationId, userId }: MembershipKey, role: Role): Promise<void> {
    await this.#table(manager).update({ organizationId, userId }, { role });
  }

  async remove(manager: EntityManager, { organizationId, userId }: MembershipKey): Promise<void> {
    await this.#table(manager).delete({ organizationId, userId });
  }

  /** Whether somebody else owns the organization who can sign in: who is suspended looks after nothing. */
  hasOtherOwner(manager: EntityManager, { organizationId, userId }: MembershipKey): Promise<boolean> {
    return this.#table(manager)
      .createQueryBuilder('membership')
      .innerJoin(UserEntity, 'owner', 'owner.user_id = membership.user_id AND NOT owner.suspended')
      .where(`membership.organization_id = :organizationId AND membership.role = 'owner'`, { organizationId })
      .andWhere('membership.user_id <> :userId', { userId })
      .getExists();
  }

  countMembers(organizationId: OrganizationId): Promise<number> {
    return this.#table().countBy({ organizationId });
  }

  count(manager: EntityManager, userId: UserId): Promise<number> {
    return this.#table(manager).countBy({ userId });
  }

  /** Which of these users are members of any of these organizations. */
  async among(
    manager: EntityManager,
    organizationIds: readonly OrganizationId[],
    userIds: readonly UserId[],
  ): Promise<ReadonlySet<UserId>> {
    if (organizationIds.length === 0 || userIds.length === 0) return new Set();
    const where = { organizationId: In([...organizationIds]), userId: In([...userIds]) };
    const rows = await this.#table(manager).find({ where, select: { organizationId: true, userId: true } });
    return new Set(rows.map((row) => row.userId));
  }

  async organizationsOf(userId: UserId): Promise<OrganizationId[]> {
    const rows = await this.#table().find({ where: { userId }, select: { organizationId: true, userId: true } });
    return rows.map((row) => row.organizationId);
  }

  /** Members by username, from after `after`. */
  async list(organizationId: OrganizationId, { after, limit, role, userId }: MemberFilter): Promise<ListedMember[]> {
    const query = this.#table()
      .createQueryBuilder('membership')
      .innerJoin(UserEntity, 'member', 'member.user_id = membership.user_id')
      .select('member.user_id', 'userId')
      .addSelect('member.username', 'username')
      .addSelect('member.full_name', 'fullName')
      .addSelect('membership.role', 'role')
      .addSelect('membership.created_at', 'since')
      .addSelect('member.two_factor_enabled_at IS NOT NULL', 'twoFactorEnabled')
      .where('membership.organization_id = :organizationId AND member.username > :after', { organizationId, after })
      .orderBy('member.username')
      .limit(limit);
    if (role !== undefined) query.andWhere('membership.role = :role', { role });
    if (userId !== undefined) query.andWhere('membership.user_id = :userId', { userId });
    return query.getRawMany<ListedMember>();
  }

  /** Takes a member out of the teams of the organization, and what it and its sources gave to them. Counts, for the audit. */
  async endGiven(
    manager: EntityManager,
    { organizationId, userId }: MembershipKey,
  ): Promise<{ readonly teams: number; readonly grants: number; readonly inherited: number }> {
    const [, teams] = await manager.query<[unknown, number]>(
      `DELETE FROM team_members m USING teams t
       WHERE t.team_id = m.team_id AND t.organization_id = $1 AND m.user_id = $2`,
      [organizationId, userId],
    );
    const [, grants] = await manager.query<[unknown, number]>(
      `DELETE FROM grants WHERE organization_id = $1 AND user_id = $2`,
      [organizationId, userId],
    );
    const [, inherited] = await manager.query<[unknown, number]>(
      `DELETE FROM inherited_roles WHERE organization_id = $1 AND user_id = $2`,
      [organizationId, userId],
    );
    return { teams, grants, inherited };
  }

  /** Members who have something by it, by username: not suspended, and with a second factor where it is required. */
  listActive(organizationId: OrganizationId, limit: number): Promise<Member[]> {
    const active = `member.user_id = membership.user_id AND NOT member.suspended
      AND (NOT organization.two_factor_required OR member.two_factor_enabled_at IS NOT NULL)`;
    return this.#table()
      .createQueryBuilder('membership')
      .innerJoin(OrganizationEntity, 'organization', 'organization.organization_id = membership.organization_id')
      .innerJoin(UserEntity, 'member', active)
      .select('member.username', 'username')
      .addSelect('membership.role', 'role')
      .where('membership.organization_id = :organizationId', { organizationId })
      .orderBy('member.username')
      .limit(limit)
      .getRawMany<Member>();
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(MembershipEntity);
  }
}

export interface MembershipKey {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}
