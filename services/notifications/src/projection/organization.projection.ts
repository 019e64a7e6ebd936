import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { organizationCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { OrganizationRepository } from '../organizations/organization.repository.js';

@Injectable()
export class OrganizationProjection {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  @OnEvent(organizationCreated)
  async onCreated({ data, aggregateversion }: EventEnvelope<DataOf<typeof organizationCreated>>): Promise<void> {
    await this.#organizations.save({ ...data, deleted: false }, aggregateversion);
  }
}
