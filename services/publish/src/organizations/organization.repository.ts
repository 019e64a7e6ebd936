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

  findByName(name: string): Promise<OrganizationEntity | null> {
    return this.#dataSource.getRepository(OrganizationEntity).findOneBy({ name });
  }

  async save(organizationId: OrganizationId, name: string): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO organizations (organization_id, name) VALUES ($1, $2)
       ON CONFLICT ON CONSTRAINT organizations_pkey DO NOTHING`,
      [organizationId, name],
    );
  }
}
