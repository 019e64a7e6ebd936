import { Injectable } from '@nestjs/common';
import { organizationId, userId as userIdShape } from '@waybill/contracts';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In } from 'typeorm';
import { z } from 'zod';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { identityProviders } from '../external-identities/external-identity.js';
import { FollowedMembershipEntity } from './followed-membership.entity.js';
import type { GroupMappingEntity } from './group-mapping.entity.js';

export type FollowedKey = Pick<FollowedMembershipEntity, 'userId' | 'organizationId' | 'provider'>;

const keys = z.array(z.object({ userId: userIdShape, organizationId, provider: z.enum(identityProviders) }));
const keyColumns = `f.user_id AS "userId", f.organization_id AS "organizationId", f.provider`;

// Mappings go by themselves, too: with the team that they give a place in.
const isStale = `EXISTS (SELECT 1 FROM unnest(f.mapping_ids) AS given (id)
  WHERE NOT EXISTS (SELECT 1 FROM group_mappings g WHERE g.group_mapping_id = given.id))`;
const isUnseen = `NOT EXISTS (SELECT 1 FROM external_identities e
  WHERE e.user_id = f.user_id AND e.provider = f.provider AND e.last_seen_at > now() - make_interval(days => $1))`;

/** Memberships that follow groups, and why they are there. */
@Injectable()
export class FollowedMembershipsRepository {
  constructor(private readonly dataSource: DataSource) {}

  of(
    manager: EntityManager,
    userId: UserId,
    providers: readonly IdentityProvider[],
  ): Promise<FollowedMembershipEntity[]> {
    return this.#table(manager).findBy({ userId, provider: In([...providers]) });
  }

  /** Those of one user in one organization, by whatever system. */
  in(
    manager: EntityManager,
    where: Pick<FollowedKey, 'userId' | 'organizationId'>,
  ): Promise<FollowedMembershipEntity[]> {
    const { userId, organizationId: organization } = where;
    return this.#table(manager).findBy({ userId, organizationId: organization });
  }

  async save(manager: EntityManager, followed: FollowedMembershipEntity): Promise<void> {
    await this.#table(manager).save(followed);
  }

  async forget(manager: EntityManager, { userId, organizationId: organization, provider }: FollowedKey): Promise<void> {
    await this.#table(manager).delete({ userId, organizationId: organization, provider });
  }

  /** Of those that nobody knows the reasons of, this mapping may have been one: they end with it. */
  async blame(manager: EntityManager, mapping: GroupMappingEntity): Promise<void> {
    await manager.query(
      `UPDATE followed_memberships SET mapping_ids = ARRAY[$1::uuid]
       WHERE organization_id = $2 AND provider = $3 AND mapping_ids = '{}'`,
      [mapping.groupMappingId, mapping.organizationId, mapping.provider],
    );
  }

  /** By user, those that a mapping gave which is there no more. The organization is locked. */
  async stale(manager: EntityManager, where: OrganizationId, limit: number): Promise<FollowedMembershipEntity[]> {
    const rows: unknown = await manager.query(
      `SELECT ${keyColumns} FROM followed_memberships f WHERE f.organization_id = $1 AND ${isStale}
       ORDER BY f.user_id, f.provider LIMIT $2`,
      [where, limit],
    );
    const found = [];
    for (const key of keys.parse(rows)) found.push(await this.#table(manager).findOneByOrFail(key));
    return found;
  }

  async organizationsWithStale(limit: number): Promise<OrganizationId[]> {
    const rows: unknown = await this.dataSource.query(
      `SELECT DISTINCT f.organization_id AS "organizationId" FROM followed_memberships f WHERE ${isStale} LIMIT $1`,
      [limit],
    );
    return z
      .array(z.object({ organizationId }))
      .parse(rows)
      .map((row) => row.organizationId);
  }

  /** Those of people who did not sign in through that system for so long. */
  async unseen(days: number, limit: number): Promise<FollowedKey[]> {
    const query = `SELECT ${keyColumns} FROM followed_memberships f WHERE ${isUnseen} LIMIT $2`;
    return keys.parse(await this.dataSource.query(query, [days, limit]));
  }

  /** The same, asked again of one whose user is locked. */
  async findUnseen(
    manager: EntityManager,
    key: FollowedKey,
    days: number,
  ): Promise<FollowedMembershipEntity | undefined> {
    const rows: unknown[] = await manager.query(
      `SELECT 1 FROM followed_memberships f WHERE ${isUnseen}
       AND f.user_id = $2 AND f.organization_id = $3 AND f.provider = $4`,
      [days, key.userId, key.organizationId, key.provider],
    );
    return rows.length === 0 ? undefined : ((await this.#table(manager).findOneBy(key)) ?? undefined);
  }

  #table(manager: EntityManager) {
    return manager.getRepository(FollowedMembershipEntity);
  }
}
