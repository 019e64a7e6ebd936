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

  /** Of several that took a name one after another and have not said so yet, the last. */
  findByName(name: string): Promise<OrganizationEntity | null> {
    const order = { aggregateVersion: 'DESC' } as const;
    return this.#dataSource.getRepository(OrganizationEntity).findOne({ where: { name, deleted: false }, order });
  }

  /** What an event says, unless a later one came before it. */
  async save(organization: {
    readonly organizationId: OrganizationId;
    readonly name: string;
    readonly deleted: boolean;
    readonly aggregateVersion: number;
  }): Promise<void> {
    const { organizationId, name, deleted, aggregateVersion } = organization;
    await this.#dataSource.query(
      `INSERT INTO organizations (organization_id, name, deleted, aggregate_version) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT organizations_pkey DO UPDATE SET
         name = EXCLUDED.name, deleted = EXCLUDED.deleted, aggregate_version = EXCLUDED.aggregate_version
       WHERE organizations.aggregate_version < EXCLUDED.aggregate_version`,
      [organizationId, name, deleted, aggregateVersion],
    );
  }
}
