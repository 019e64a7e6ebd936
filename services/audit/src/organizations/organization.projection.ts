import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { organizationChanged, organizationCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { OrganizationRepository } from './organization.repository.js';

/** Names of organizations. The chain of one that is deleted stays, for who audits the installation by its id. */
@Injectable()
export class OrganizationProjection {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  @OnEvent(organizationCreated)
  async onCreated({ data, aggregateversion }: EventEnvelope<DataOf<typeof organizationCreated>>): Promise<void> {
    const { organizationId, name } = data;
    await this.#organizations.save({ organizationId, name, deleted: false, aggregateVersion: aggregateversion });
  }

  @OnEvent(organizationChanged)
  async onChanged({ data, aggregateversion }: EventEnvelope<DataOf<typeof organizationChanged>>): Promise<void> {
    const { organizationId, name, deleted } = data;
    await this.#organizations.save({ organizationId, name, deleted, aggregateVersion: aggregateversion });
  }
}
