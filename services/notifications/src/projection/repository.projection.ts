import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope, RepositoryFacts } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';

/** Repositories as `publish` has them. One that changed hands takes no webhook of its former owner along (security.md T11, A7). */
@Injectable()
export class RepositoryProjection {
  readonly #repositories: RepositoryRepository;
  readonly #webhooks: WebhooksRepository;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    repositories: RepositoryRepository,
    webhooks: WebhooksRepository,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#repositories = repositories;
    this.#webhooks = webhooks;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  @OnEvent(repositoryCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#take(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#take(event.data, event.aggregateversion);
  }

  async #take(facts: RepositoryFacts, aggregateVersion: number): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      if (!(await this.#repositories.save(manager, facts, aggregateVersion))) return;
      for (const { webhookId, organizationId } of await this.#webhooks.deleteOfFormerOwners(manager, facts)) {
        const details = { repositoryId: facts.repositoryId, because: 'repository-transferred' };
        const subject = `webhook:${webhookId}`;
        const by = { actor: 'notifications' };
        await this.#audit.record(manager, by, { action: 'webhook.delete', subject, organizationId, details });
      }
    });
  }
}
