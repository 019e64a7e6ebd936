import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { organizationChanged, organizationCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { OrganizationRepository } from './organization.repository.js';

@Injectable()
export class OrganizationProjection {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  @OnEvent(organizationCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof organizationCreated>>): Promise<void> {
    await this.#organizations.save({ ...event.data, deleted: false }, event.aggregateversion);
  }

  @OnEvent(organizationChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof organizationChanged>>): Promise<void> {
    await this.#organizations.save(event.data, event.aggregateversion);
  }
}
