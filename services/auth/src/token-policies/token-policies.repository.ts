import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { TokenPolicyEntity } from './token-policy.entity.js';

export type TokenPolicy = Pick<TokenPolicyEntity, 'maxTokenDays' | 'version'>;

const none: TokenPolicy = { maxTokenDays: null, version: 0 };

@Injectable()
export class TokenPoliciesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The policy of an organization; version 0 where it never made one. */
  async find(organizationId: OrganizationId, manager?: EntityManager): Promise<TokenPolicy> {
    return (await this.#table(manager).findOneBy({ organizationId })) ?? none;
  }

  /** The policy to change, with a row that nobody else changes until the transaction ends. */
  async lock(manager: EntityManager, organizationId: OrganizationId): Promise<TokenPolicy> {
    await this.#table(manager)
      .createQueryBuilder()
      .insert()
      .values({ organizationId, maxTokenDays: null, version: 0 })
      .orIgnore()
      .execute();
    const where = { organizationId };
    return this.#table(manager).findOneOrFail({ where, lock: { mode: 'pessimistic_write' } });
  }

  async set(manager: EntityManager, organizationId: OrganizationId, policy: TokenPolicy): Promise<void> {
    await this.#table(manager).update({ organizationId }, { ...policy, updatedAt: new Date() });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TokenPolicyEntity);
  }
}
