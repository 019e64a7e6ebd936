import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { Seal } from '@waybill/sealing';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import type { NotificationsConfig } from '../config.js';
import type { WebhookId } from '../webhooks/webhook.entity.js';
import { makeSecret, signatureHeaders, type Signed } from './signature.rules.js';
import { SigningSecretsRepository } from './signing-secrets.repository.js';

const purpose = 'waybill webhook signing secret v1';
const maxValid = 3;

@Injectable()
export class SigningSecretsService {
  readonly #secrets: SigningSecretsRepository;
  readonly #clock: Clock;
  readonly #seal: Seal;

  constructor(secrets: SigningSecretsRepository, clock: Clock, @Inject(SERVICE_CONFIG) config: NotificationsConfig) {
    this.#secrets = secrets;
    this.#clock = clock;
    this.#seal = new Seal(config.WAYBILL_NOTIFICATIONS_KEY_SECRET.reveal(), purpose);
  }

  /** The text of a new secret of the webhook, which is nowhere to be had again. */
  async make(manager: EntityManager, webhookId: WebhookId): Promise<string> {
    const secretId = randomUUID();
    const { key, text } = makeSecret();
    const sealed = this.#seal.seal(secretId, key);
    await this.#secrets.insert(manager, { secretId, webhookId, sealed, createdAt: this.#clock.now(), expiresAt: null });
    return text;
  }

  /**
   * A new one; the one before signs too until `keepUntil`. Call it with the webhook locked. Errors: `conflict`
   * `webhook.too-many-secrets` where three already sign.
   */
  async rotate(manager: EntityManager, webhookId: WebhookId, keepUntil: Date): Promise<string> {
    const now = this.#clock.now();
    const valid = await this.#secrets.valid(webhookId, now, manager);
    if (keepUntil > now && valid.length >= maxValid) {
      throw new DomainError('conflict', 'webhook.too-many-secrets', 'Wait until an earlier secret has ended.');
    }
    for (const { secretId, expiresAt } of valid) {
      if (expiresAt === null || expiresAt > keepUntil) await this.#secrets.expireAt(manager, secretId, keepUntil);
    }
    await this.#secrets.deleteExpired(manager, webhookId, now);
    return this.make(manager, webhookId);
  }

  /** The headers that prove where a delivery is from. Errors: `internal` `seal.broken`. */
  async sign(webhookId: WebhookId, signed: Signed): Promise<Record<string, string>> {
    const secrets = await this.#secrets.valid(webhookId, this.#clock.now());
    return signatureHeaders(
      signed,
      secrets.map(({ secretId, sealed }) => this.#seal.open(secretId, sealed)),
    );
  }
}
