import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import type { RepositoryId } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { type KnownRepository, RepositoryRepository } from '../repositories/repository.repository.js';
import { type DeletedWebhook, WebhooksRepository } from '../webhooks/webhooks.repository.js';

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
    await this.#take({ ...event.data, deleted: false }, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#take(event.data, event.aggregateversion);
  }

  /** Its last event: nothing comes back that an older one said. */
  @OnEvent(repositoryPurged)
  async onPurged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const gone = { ...data, visibility: 'private', deleted: true } as const;
      await this.#repositories.save(manager, gone, aggregateversion);
      const deleted = await this.#webhooks.deleteOfRepository(manager, data.repositoryId);
      await this.#record(manager, deleted, 'repository-purged', data.repositoryId);
    });
  }

  async #take(facts: KnownRepository, aggregateVersion: number): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      if (!(await this.#repositories.save(manager, facts, aggregateVersion))) return;
      const deleted = await this.#webhooks.deleteOfFormerOwners(manager, facts);
      await this.#record(manager, deleted, 'repository-transferred', facts.repositoryId);
    });
  }

  async #record(
    manager: EntityManager,
    deleted: readonly DeletedWebhook[],
    because: string,
    repositoryId: RepositoryId,
  ): Promise<void> {
    for (const { webhookId, organizationId } of deleted) {
      const subject = `webhook:${webhookId}`;
      const entry = { action: 'webhook.delete', subject, organizationId, details: { repositoryId, because } } as const;
      await this.#audit.record(manager, { actor: 'notifications' }, entry);
    }
  }
}
