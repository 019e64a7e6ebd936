import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import { callerOf, type ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { WebhookEntity, WebhookId } from './webhook.entity.js';
import { isUuid, pathParam } from './webhook-key.js';
import { WebhooksRepository } from './webhooks.repository.js';

/**
 * `/…/:webhookId` → what the webhook belongs to. Who may not manage that does not learn that there is such a webhook, also where
 * its repository is public (security.md A6): only who may, and whose token alone may not, is told so.
 */
@Injectable()
export class WebhookOfPath implements ResourceResolver {
  readonly #webhooks: WebhooksRepository;
  readonly #organizations: OrganizationRepository;
  readonly #repositories: RepositoryRepository;

  constructor(webhooks: WebhooksRepository, organizations: OrganizationRepository, repositories: RepositoryRepository) {
    this.#webhooks = webhooks;
    this.#organizations = organizations;
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const webhookId = pathParam(request, 'webhookId');
    const webhook = isUuid(webhookId) ? await this.#webhooks.findById(webhookId as WebhookId) : null;
    const resource = webhook === null ? undefined : await this.#ownerOf(webhook);
    if (resource === undefined) return undefined;
    const decision = can(callerOf(request), 'manage-access', resource);
    return decision.allowed || decision.tokenLacks !== undefined ? resource : undefined;
  }

  async #ownerOf({ organizationId, repositoryId }: WebhookEntity): Promise<Resource | undefined> {
    if (repositoryId === null) {
      const organization = await this.#organizations.findById(organizationId);
      return organization?.deleted === false ? { kind: 'organization', organizationId } : undefined;
    }
    const repository = await this.#repositories.findById(repositoryId);
    if (repository === null || repository.deleted || repository.organizationId !== organizationId) return undefined;
    return { kind: 'repository', organizationId, repositoryId, visibility: repository.visibility };
  }
}
