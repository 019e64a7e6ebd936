import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource, In } from 'typeorm';
import { OrganizationEntity } from './organization.entity.js';

type OrganizationFacts = Pick<OrganizationEntity, 'organizationId' | 'name' | 'deleted'>;

@Injectable()
export class OrganizationRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findByName(name: string): Promise<OrganizationEntity | null> {
    return this.#dataSource.getRepository(OrganizationEntity).findOneBy({ name, deleted: false });
  }

  async namesOf(organizationIds: readonly OrganizationId[]): Promise<Map<OrganizationId, string>> {
    const found = await this.#dataSource
      .getRepository(OrganizationEntity)
      .findBy({ organizationId: In([...new Set(organizationIds)]) });
    return new Map(found.map(({ organizationId, name }) => [organizationId, name]));
  }

  /** Takes over what is newer than what is known. A deleted one stays known as such, and its name is free. */
  async save({ organizationId, name, deleted }: OrganizationFacts, aggregateVersion: number): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO organizations (organization_id, name, deleted, aggregate_version) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT organizations_pkey DO UPDATE
         SET name = excluded.name, deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE organizations.aggregate_version < excluded.aggregate_version`,
      [organizationId, name, deleted, aggregateVersion],
    );
  }
}
