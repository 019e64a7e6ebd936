import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { OrganizationEntity } from './organization.entity.js';

@Injectable()
export class OrganizationRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findById(organizationId: OrganizationId): Promise<OrganizationEntity | null> {
    return this.#dataSource.getRepository(OrganizationEntity).findOneBy({ organizationId });
  }

  /** The organization that has this name now: of a name that was given again, the later one. */
  findByName(name: string): Promise<OrganizationEntity | null> {
    const where = { name, deleted: false };
    return this.#dataSource.getRepository(OrganizationEntity).findOne({ where, order: { aggregateVersion: 'DESC' } });
  }

  /** Takes over what is newer than what is known; older facts change nothing. */
  async save(
    facts: { readonly organizationId: OrganizationId; readonly name: string; readonly deleted: boolean },
    aggregateVersion: number,
  ): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO organizations (organization_id, name, deleted, aggregate_version) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT organizations_pkey DO UPDATE
         SET name = excluded.name, deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE organizations.aggregate_version < excluded.aggregate_version`,
      [facts.organizationId, facts.name, facts.deleted, aggregateVersion],
    );
  }
}
