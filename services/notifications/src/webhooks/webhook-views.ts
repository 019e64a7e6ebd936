import { Injectable } from '@nestjs/common';
import { CircuitRepository } from '../dispatch/circuit.repository.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { WebhookEntity } from './webhook.entity.js';
import type { WebhookOwner } from './webhook-key.js';
import type { WebhookView } from './webhooks.schema.js';

/** Shows webhooks of one owner, with the names of it and how their endpoints fare. */
@Injectable()
export class WebhookViews {
  readonly #organizations: OrganizationRepository;
  readonly #repositories: RepositoryRepository;
  readonly #circuits: CircuitRepository;

  constructor(organizations: OrganizationRepository, repositories: RepositoryRepository, circuits: CircuitRepository) {
    this.#organizations = organizations;
    this.#repositories = repositories;
    this.#circuits = circuits;
  }

  async of(owner: WebhookOwner, webhooks: readonly WebhookEntity[]): Promise<WebhookView[]> {
    const { organizationId, repositoryId } = owner;
    const organization = await this.#organizations.findById(organizationId);
    const repository = repositoryId === null ? null : await this.#repositories.findById(repositoryId);
    const circuits = await this.#circuits.of(webhooks.map(({ webhookId }) => webhookId));
    return webhooks.map((webhook) => {
      const { failures = 0, openUntil = null } = circuits.get(webhook.webhookId) ?? {};
      return {
        id: webhook.webhookId,
        organization: organization?.name ?? null,
        organizationId,
        repository: repository?.slug ?? null,
        repositoryId,
        url: webhook.url,
        description: webhook.description,
        eventTypes: webhook.eventTypes,
        active: webhook.active,
        createdBy: webhook.createdBy,
        createdAt: webhook.createdAt.toISOString(),
        updatedAt: webhook.updatedAt.toISOString(),
        circuit: {
          state: openUntil === null ? 'closed' : 'open',
          failures,
          retryAt: openUntil?.toISOString() ?? null,
        },
      };
    });
  }
}
