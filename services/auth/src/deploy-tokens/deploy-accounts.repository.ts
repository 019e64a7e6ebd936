import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { OrganizationId, RepositoryId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import { DeployAccountEntity } from './deploy-account.entity.js';

export interface DeployAccountKey {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
}

@Injectable()
export class DeployAccountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Whom the repository's tokens stand for; undefined while it has had none. */
  async find({ repositoryId, organizationId }: DeployAccountKey): Promise<UserId | undefined> {
    const found = await this.#table().findOneBy({ repositoryId, organizationId });
    return found?.userId;
  }

  async findAll(manager: EntityManager, repositoryId: RepositoryId): Promise<DeployAccountEntity[]> {
    return this.#table(manager).findBy({ repositoryId });
  }

  /** The same, made where there is none yet; of several that ask at once, all get the same. */
  async ensure(
    manager: EntityManager,
    { repositoryId, organizationId }: DeployAccountKey,
    slug: string,
  ): Promise<UserId> {
    const lock = `auth.deploy-account:${repositoryId}`;
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [lock]);
    const known = await this.#table(manager).findOneBy({ repositoryId, organizationId });
    const users = manager.getRepository(UserEntity);
    if (known !== null) {
      // It ended with the repository, which has come back.
      await users.update({ userId: known.userId, suspended: true }, { suspended: false });
      return known.userId;
    }
    const userId = randomUUID() as UserId;
    // No person and no service account can have such a name: theirs have no dot.
    const username = `${slug}.deploy-${userId.slice(0, 8)}`;
    const nobody = { kind: 'service' as const, email: null, passwordHash: null };
    await users.insert({ userId, organizationId, username, ...nobody });
    await this.#table(manager).insert({ repositoryId, organizationId, userId });
    return userId;
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(DeployAccountEntity);
  }
}
