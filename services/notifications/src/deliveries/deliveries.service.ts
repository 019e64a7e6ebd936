import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import type { NotificationsConfig } from '../config.js';
import { CircuitRepository } from '../dispatch/circuit.repository.js';
import { DeliveryTurns } from '../dispatch/delivery-turns.js';
import { cloudEventText } from '../news/cloud-event.rules.js';
import { type News, pingType } from '../news/news.js';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';
import type { WebhookKey } from '../webhooks/webhook-key.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import type { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import type { DeliveryEntity, DeliveryId } from './delivery.entity.js';
import { DeliveriesRepository, type ListedDeliveries } from './deliveries.repository.js';

@Injectable()
export class DeliveriesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly circuits: CircuitRepository,
    private readonly turns: DeliveryTurns,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: NotificationsConfig,
  ) {}

  /** Idempotent by the event's id. */
  async tell(news: News): Promise<void> {
    const body = cloudEventText(news, this.config.WAYBILL_EXTERNAL_URL);
    if ((await this.deliveries.enqueue(news, body, this.clock.now())) > 0) this.turns.wake();
  }

  list(listed: ListedDeliveries): Promise<DeliveryEntity[]> {
    return this.deliveries.list(listed);
  }

  /** Errors: `not-found`. */
  async view(
    { webhookId }: WebhookKey,
    deliveryId: DeliveryId,
  ): Promise<{ delivery: DeliveryEntity; attempts: DeliveryAttemptEntity[] }> {
    const delivery = await this.deliveries.find(webhookId, deliveryId);
    if (delivery === null) throw notFound();
    return { delivery, attempts: await this.deliveries.attemptsOf(deliveryId) };
  }

  /**
   * Sends something to see whether it arrives, whatever events the webhook has chosen and however its circuit stands. Errors:
   * `not-found`, `conflict` `webhook.inactive` | `webhook.queue-full`.
   */
  async ping(by: AuditActor, key: WebhookKey): Promise<DeliveryEntity> {
    const now = this.clock.now();
    const eventId = randomUUID();
    const told = {
      eventId,
      type: pingType,
      subject: key.webhookId,
      time: now.toISOString(),
      data: { webhookId: key.webhookId },
    };
    const body = cloudEventText(told, this.config.WAYBILL_EXTERNAL_URL);
    return this.#send(key, async (manager, webhook) => {
      const asked = { webhookId: key.webhookId, eventId, type: pingType, body, now };
      const delivery = await this.deliveries.enqueueOne(manager, asked);
      if (delivery === null)
        throw new DomainError('conflict', 'webhook.queue-full', 'Too many deliveries wait already.');
      await this.#record(manager, by, 'webhook.ping', webhook, delivery);
      return delivery;
    });
  }

  /** Of many at once, one. Errors: `not-found`, `conflict` `delivery.pending` | `webhook.inactive`. */
  async redeliver(by: AuditActor, key: WebhookKey, deliveryId: DeliveryId): Promise<DeliveryEntity> {
    const { webhookId } = key;
    return this.#send(key, async (manager, webhook) => {
      const renewed = await this.deliveries.renew(manager, { webhookId, deliveryId, now: this.clock.now() });
      const delivery = await this.deliveries.find(webhookId, deliveryId, manager);
      if (delivery === null) throw notFound();
      if (!renewed) throw new DomainError('conflict', 'delivery.pending', 'It is being delivered already.');
      await this.#record(manager, by, 'webhook.redeliver', webhook, delivery);
      return delivery;
    });
  }

  async #send(
    key: WebhookKey,
    work: (manager: EntityManager, webhook: WebhookEntity) => Promise<DeliveryEntity>,
  ): Promise<DeliveryEntity> {
    const delivery = await this.unitOfWork.run(async (manager) => {
      const webhook = await this.webhooks.lock(manager, key);
      if (webhook === null) throw notFound();
      if (!webhook.active) throw new DomainError('conflict', 'webhook.inactive', 'The webhook is not active.');
      const made = await work(manager, webhook);
      await this.circuits.probe(manager, key.webhookId, this.clock.now());
      return made;
    });
    this.turns.wake();
    return delivery;
  }

  async #record(
    manager: EntityManager,
    by: AuditActor,
    action: 'webhook.ping' | 'webhook.redeliver',
    { webhookId, organizationId }: WebhookEntity,
    { deliveryId, eventId, eventType }: DeliveryEntity,
  ): Promise<void> {
    const details = { deliveryId, eventId, eventType };
    await this.audit.record(manager, by, { action, subject: `webhook:${webhookId}`, organizationId, details });
  }
}

function notFound(): DomainError {
  return new DomainError('not-found', 'not-found', 'What you asked for was not found.');
}
