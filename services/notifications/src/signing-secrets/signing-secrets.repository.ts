import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull, LessThanOrEqual, MoreThan } from 'typeorm';
import type { WebhookId } from '../webhooks/webhook.entity.js';
import { SigningSecretEntity } from './signing-secret.entity.js';

@Injectable()
export class SigningSecretsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Those that sign now, the newest first. */
  valid(webhookId: WebhookId, now: Date, manager?: EntityManager): Promise<SigningSecretEntity[]> {
    return (manager ?? this.#dataSource.manager).getRepository(SigningSecretEntity).find({
      where: [
        { webhookId, expiresAt: IsNull() },
        { webhookId, expiresAt: MoreThan(now) },
      ],
      order: { createdAt: 'DESC', secretId: 'ASC' },
    });
  }

  async insert(manager: EntityManager, secret: Omit<SigningSecretEntity, 'webhook'>): Promise<void> {
    await manager.getRepository(SigningSecretEntity).insert({ ...secret });
  }

  async expireAt(manager: EntityManager, secretId: string, expiresAt: Date): Promise<void> {
    await manager.getRepository(SigningSecretEntity).update({ secretId }, { expiresAt });
  }

  async deleteExpired(manager: EntityManager, webhookId: WebhookId, now: Date): Promise<void> {
    await manager.getRepository(SigningSecretEntity).delete({ webhookId, expiresAt: LessThanOrEqual(now) });
  }
}
