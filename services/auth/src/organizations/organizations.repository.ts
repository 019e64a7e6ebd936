import { Injectable } from '@nestjs/common';
import type { OrganizationId, Slug } from '@waybill/domain';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { OrganizationEntity } from './organization.entity.js';

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(
    manager: EntityManager,
    organization: Pick<OrganizationEntity, 'organizationId' | 'name'>,
  ): Promise<void> {
    await this.#table(manager).insert(organization);
  }

  async findByName(name: Slug): Promise<OrganizationEntity | undefined> {
    return (await this.#table().findOneBy({ name })) ?? undefined;
  }

  async findById(organizationId: OrganizationId): Promise<OrganizationEntity | undefined> {
    return (await this.#table().findOneBy({ organizationId })) ?? undefined;
  }

  /** Organizations by name from after `after`: all, or those with the given ids. */
  list(after: string, limit: number, ids: readonly OrganizationId[] | 'all'): Promise<OrganizationEntity[]> {
    const name = MoreThan(after as Slug);
    const where = ids === 'all' ? { name } : { name, organizationId: In([...ids]) };
    return this.#table().find({ where, order: { name: 'ASC' }, take: limit });
  }

  /** Keeps everybody else from changing the organization's memberships until the transaction ends. */
  async lock(manager: EntityManager, organizationId: OrganizationId): Promise<void> {
    await this.#table(manager).findOneOrFail({ where: { organizationId }, lock: { mode: 'pessimistic_write' } });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(OrganizationEntity);
  }
}
