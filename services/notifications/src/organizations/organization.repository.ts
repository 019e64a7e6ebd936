import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { OrganizationEntity } from './organization.entity.js';

export interface OrganizationFacts {
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly deleted: boolean;
}

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

  /** Takes over what is newer than what is known. False for older facts, which change nothing. */
  async save(manager: EntityManager, facts: OrganizationFacts, aggregateVersion: number): Promise<boolean> {
    const saved: unknown[] = await manager.query(
      `INSERT INTO organizations (organization_id, name, deleted, aggregate_version) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT organizations_pkey DO UPDATE
         SET name = excluded.name, deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE organizations.aggregate_version < excluded.aggregate_version
       RETURNING organization_id`,
      [facts.organizationId, facts.name, facts.deleted, aggregateVersion],
    );
    return saved.length > 0;
  }
}
