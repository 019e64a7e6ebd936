import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { organizationChanged, organizationCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { type OrganizationFacts, OrganizationRepository } from '../organizations/organization.repository.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';

/** Organizations as `auth` has them. One that is deleted has no webhooks any more. */
@Injectable()
export class OrganizationProjection {
  readonly #organizations: OrganizationRepository;
  readonly #webhooks: WebhooksRepository;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    organizations: OrganizationRepository,
    webhooks: WebhooksRepository,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#organizations = organizations;
    this.#webhooks = webhooks;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  @OnEvent(organizationCreated)
  async onCreated({ data, aggregateversion }: EventEnvelope<DataOf<typeof organizationCreated>>): Promise<void> {
    await this.#take({ ...data, deleted: false }, aggregateversion);
  }

  @OnEvent(organizationChanged)
  async onChanged({ data, aggregateversion }: EventEnvelope<DataOf<typeof organizationChanged>>): Promise<void> {
    await this.#take(data, aggregateversion);
  }

  async #take(facts: OrganizationFacts, aggregateVersion: number): Promise<void> {
    const { organizationId } = facts;
    await this.#unitOfWork.run(async (manager) => {
      if (!(await this.#organizations.save(manager, facts, aggregateVersion)) || !facts.deleted) return;
      for (const { webhookId } of await this.#webhooks.deleteOfOrganization(manager, organizationId)) {
        const details = { because: 'organization-deleted' };
        const entry = { action: 'webhook.delete', subject: `webhook:${webhookId}`, organizationId, details } as const;
        await this.#audit.record(manager, { actor: 'notifications' }, entry);
      }
    });
  }
}
