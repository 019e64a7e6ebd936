import { Injectable } from '@nestjs/common';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import { ServiceAccountEntity } from './service-account.entity.js';

/** A service account with what it shares with people. */
export type ServiceAccount = ServiceAccountEntity & Pick<UserEntity, 'username' | 'suspended'>;

@Injectable()
export class ServiceAccountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Within a transaction that has locked the organization. */
  async insert(
    manager: EntityManager,
    account: Pick<ServiceAccountEntity, 'userId' | 'organizationId' | 'name' | 'description' | 'createdBy'>,
    username: string,
  ): Promise<void> {
    const { userId, organizationId } = account;
    const user = { userId, organizationId, username, kind: 'service' as const, email: null, passwordHash: null };
    await manager.getRepository(UserEntity).insert(user);
    await manager.getRepository(ServiceAccountEntity).insert(account);
  }

  count(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return manager.getRepository(ServiceAccountEntity).countBy({ organizationId, deletedAt: IsNull() });
  }

  async find(organizationId: OrganizationId, name: string): Promise<ServiceAccount | undefined> {
    const where = { organizationId, name, deletedAt: IsNull() };
    const account = await this.dataSource.getRepository(ServiceAccountEntity).findOneBy(where);
    return account === null ? undefined : (await this.#withUsers(this.dataSource.manager, [account]))[0];
  }

  /** The same, which nobody else changes until the transaction ends. */
  async lock(
    manager: EntityManager,
    { organizationId, name }: { readonly organizationId: OrganizationId; readonly name: string },
  ): Promise<ServiceAccount | undefined> {
    const where = { organizationId, name, deletedAt: IsNull() };
    const account = await manager
      .getRepository(ServiceAccountEntity)
      .findOne({ where, lock: { mode: 'pessimistic_write' } });
    return account === null ? undefined : (await this.#withUsers(manager, [account]))[0];
  }

  /** By name, from after `after`. */
  async page(organizationId: OrganizationId, limit: number, after: string): Promise<ServiceAccount[]> {
    const accounts = await this.dataSource.getRepository(ServiceAccountEntity).find({
      where: { organizationId, deletedAt: IsNull(), name: MoreThan(after) },
      order: { name: 'ASC' },
      take: limit,
    });
    return this.#withUsers(this.dataSource.manager, accounts);
  }

  async change(
    manager: EntityManager,
    account: Pick<ServiceAccountEntity, 'userId' | 'version'>,
    changes: Partial<Pick<ServiceAccountEntity, 'description' | 'deletedAt'>>,
  ): Promise<void> {
    const version = account.version + 1;
    await manager.getRepository(ServiceAccountEntity).update({ userId: account.userId }, { ...changes, version });
  }

  /** What it was given ends with it: its memberships of teams and its grants. */
  async takeEverything(manager: EntityManager, userId: UserId): Promise<void> {
    await manager.query('DELETE FROM team_members WHERE user_id = $1', [userId]);
    await manager.query('DELETE FROM grants WHERE user_id = $1', [userId]);
    await manager.query('DELETE FROM inherited_roles WHERE user_id = $1', [userId]);
  }

  async #withUsers(manager: EntityManager, accounts: readonly ServiceAccountEntity[]): Promise<ServiceAccount[]> {
    if (accounts.length === 0) return [];
    const users = await manager.getRepository(UserEntity).find({
      where: accounts.map(({ userId }) => ({ userId })),
      select: { userId: true, username: true, suspended: true },
    });
    const byId = new Map(users.map((user) => [user.userId, user]));
    return accounts.flatMap((account) => {
      const user = byId.get(account.userId);
      return user === undefined ? [] : [Object.assign(account, { username: user.username, suspended: user.suspended })];
    });
  }
}
