import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import type { WebhookKey, WebhookOwner } from './webhook-key.js';
import { WebhookEntity, type WebhookId } from './webhook.entity.js';

/** After which webhook a page begins. */
export interface WebhookCursor {
  readonly createdAt: string;
  readonly webhookId: string;
}

export type DeletedWebhook = Pick<WebhookEntity, 'webhookId' | 'organizationId'>;

@Injectable()
export class WebhooksRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** For who finds out whose it is; everybody else asks with a key. */
  findById(webhookId: WebhookId): Promise<WebhookEntity | null> {
    return this.#dataSource.getRepository(WebhookEntity).findOneBy({ webhookId });
  }

  find(key: WebhookKey): Promise<WebhookEntity | null> {
    return this.#dataSource.getRepository(WebhookEntity).findOneBy(whereOf(key));
  }

  /** Locked until the end of the transaction. */
  lock(manager: EntityManager, key: WebhookKey): Promise<WebhookEntity | null> {
    return manager.getRepository(WebhookEntity).findOne({ where: whereOf(key), lock: { mode: 'pessimistic_write' } });
  }

  /** Oldest first. */
  list(owner: WebhookOwner, after: WebhookCursor | undefined, limit: number): Promise<WebhookEntity[]> {
    const { organizationId, repositoryId } = owner;
    const query = this.#dataSource
      .getRepository(WebhookEntity)
      .createQueryBuilder('webhook')
      .where('webhook.organizationId = :organizationId', { organizationId })
      .andWhere('webhook.repositoryId IS NOT DISTINCT FROM :repositoryId', { repositoryId })
      .orderBy('webhook.createdAt')
      .addOrderBy('webhook.webhookId')
      .limit(limit);
    if (after !== undefined) {
      query.andWhere('(webhook.createdAt, webhook.webhookId) > (:createdAt, :webhookId)', { ...after });
    }
    return query.getMany();
  }

  /** How many an organization has, its repositories included. Holds up whoever else counts until the transaction ends. */
  async countExclusively(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`webhooks of ${organizationId}`]);
    return manager.getRepository(WebhookEntity).countBy({ organizationId });
  }

  async insert(manager: EntityManager, webhook: WebhookEntity): Promise<void> {
    await manager.getRepository(WebhookEntity).insert(webhook);
    await manager.query('INSERT INTO circuits (webhook_id) VALUES ($1)', [webhook.webhookId]);
  }

  async save(manager: EntityManager, { webhookId, ...changed }: WebhookEntity): Promise<void> {
    await manager.getRepository(WebhookEntity).update({ webhookId }, changed);
  }

  /** Its secrets and deliveries go with it. */
  async delete(manager: EntityManager, key: WebhookKey): Promise<void> {
    await manager.getRepository(WebhookEntity).delete(whereOf(key));
  }

  /** Those that somebody else had for the repository. */
  deleteOfFormerOwners(
    manager: EntityManager,
    { repositoryId, organizationId }: Pick<RepositoryFacts, 'repositoryId' | 'organizationId'>,
  ): Promise<DeletedWebhook[]> {
    return deleteWhere(manager, 'repository_id = $1 AND organization_id <> $2', [repositoryId, organizationId]);
  }

  deleteOfRepository(manager: EntityManager, repositoryId: RepositoryId): Promise<DeletedWebhook[]> {
    return deleteWhere(manager, 'repository_id = $1', [repositoryId]);
  }

  /** Those of its repositories included. */
  deleteOfOrganization(manager: EntityManager, organizationId: OrganizationId): Promise<DeletedWebhook[]> {
    return deleteWhere(manager, 'organization_id = $1', [organizationId]);
  }

  /** An endpoint that wants no more gets no more. Undefined where the webhook goes elsewhere by now, or rests already. */
  async deactivate(
    manager: EntityManager,
    { webhookId, url, now }: { readonly webhookId: WebhookId; readonly url: string; readonly now: Date },
  ): Promise<OrganizationId | undefined> {
    const [rows] = await manager.query<[{ organizationId: OrganizationId }[], number]>(
      `UPDATE webhooks SET active = false, version = version + 1, updated_at = $3
       WHERE webhook_id = $1 AND url = $2 AND active RETURNING organization_id AS "organizationId"`,
      [webhookId, url, now],
    );
    return rows[0]?.organizationId;
  }
}

function whereOf({ webhookId, organizationId, repositoryId }: WebhookKey) {
  return { webhookId, organizationId, repositoryId: repositoryId ?? IsNull() };
}

async function deleteWhere(
  manager: EntityManager,
  condition: string,
  parameters: readonly string[],
): Promise<DeletedWebhook[]> {
  const [deleted] = await manager.query<[DeletedWebhook[], number]>(
    `DELETE FROM webhooks WHERE ${condition} RETURNING webhook_id AS "webhookId", organization_id AS "organizationId"`,
    [...parameters],
  );
  return deleted;
}
