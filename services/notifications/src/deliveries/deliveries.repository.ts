import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, LessThan, Not } from 'typeorm';
import type { News } from '../news/news.js';
import type { WebhookId } from '../webhooks/webhook.entity.js';
import { DeliveryAttemptEntity } from './delivery-attempt.entity.js';
import { DeliveryEntity, type DeliveryId, type DeliveryState } from './delivery.entity.js';

/** Deliveries of one webhook that may wait; what comes then is a dead letter at once, and can be delivered again. */
const maxWaiting = 10_000;
const pruneBatch = 5000;

export interface DeliveryCursor {
  readonly createdAt: string;
  readonly deliveryId: string;
}

export interface ListedDeliveries {
  readonly webhookId: WebhookId;
  readonly state?: DeliveryState | undefined;
  readonly before?: DeliveryCursor | undefined;
  readonly limit: number;
}

@Injectable()
export class DeliveriesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** One delivery to each webhook that asked for it and was there when it happened. Resolves to how many are to be sent. */
  async enqueue(news: News, body: string, now: Date): Promise<number> {
    const rows: { state: DeliveryState }[] = await this.#dataSource.query(
      `INSERT INTO deliveries (delivery_id, webhook_id, event_id, event_type, body, state, dead_because, created_at,
                               pending_since, due_at, settled_at)
       SELECT gen_random_uuid(), webhooks.webhook_id, $1::uuid, $2, $3, ${stateAndReason}, $7::timestamptz, $7, $7,
              CASE WHEN queue.is_full THEN $7 END
       FROM webhooks CROSS JOIN LATERAL ${queue(8)}
       WHERE webhooks.organization_id = $4 AND (webhooks.repository_id IS NULL OR webhooks.repository_id = $5)
         AND webhooks.active AND webhooks.created_at <= $6::timestamptz
         AND (cardinality(webhooks.event_types) = 0 OR $2 = ANY (webhooks.event_types))
       ON CONFLICT ON CONSTRAINT deliveries_once DO NOTHING RETURNING state`,
      [news.eventId, news.type, body, news.organizationId, news.repositoryId, news.time, now, maxWaiting],
    );
    return rows.filter(({ state }) => state === 'pending').length;
  }

  /** One that somebody asked for, in a queue that has room. Undefined where it has none. */
  async enqueueOne(
    manager: EntityManager,
    {
      webhookId,
      eventId,
      type,
      body,
      now,
    }: {
      readonly webhookId: WebhookId;
      readonly eventId: string;
      readonly type: string;
      readonly body: string;
      readonly now: Date;
    },
  ): Promise<DeliveryEntity | null> {
    const rows: { deliveryId: DeliveryId }[] = await manager.query(
      `INSERT INTO deliveries (delivery_id, webhook_id, event_id, event_type, body, state, created_at, pending_since, due_at)
       SELECT gen_random_uuid(), webhooks.webhook_id, $2::uuid, $3, $4, 'pending', $5::timestamptz, $5, $5
       FROM webhooks CROSS JOIN LATERAL ${queue(6)}
       WHERE webhooks.webhook_id = $1 AND NOT queue.is_full RETURNING delivery_id AS "deliveryId"`,
      [webhookId, eventId, type, body, now, maxWaiting],
    );
    const [row] = rows;
    if (row === undefined) return null;
    return manager.getRepository(DeliveryEntity).findOneBy({ deliveryId: row.deliveryId, webhookId });
  }

  /** Newest first, without their bodies. */
  list({ webhookId, state, before, limit }: ListedDeliveries): Promise<DeliveryEntity[]> {
    const query = this.#dataSource
      .getRepository(DeliveryEntity)
      .createQueryBuilder('delivery')
      .where('delivery.webhookId = :webhookId', { webhookId })
      .orderBy('delivery.createdAt', 'DESC')
      .addOrderBy('delivery.deliveryId', 'DESC')
      .limit(limit);
    if (state !== undefined) query.andWhere('delivery.state = :state', { state });
    if (before !== undefined) {
      query.andWhere('(delivery.createdAt, delivery.deliveryId) < (:createdAt, :deliveryId)', { ...before });
    }
    return query.getMany();
  }

  find(webhookId: WebhookId, deliveryId: DeliveryId, manager?: EntityManager): Promise<DeliveryEntity | null> {
    const { manager: own } = this.#dataSource;
    return (manager ?? own).getRepository(DeliveryEntity).findOneBy({ webhookId, deliveryId });
  }

  attemptsOf(deliveryId: DeliveryId): Promise<DeliveryAttemptEntity[]> {
    return this.#dataSource
      .getRepository(DeliveryAttemptEntity)
      .find({ where: { deliveryId }, order: { number: 'ASC' } });
  }

  /** Makes one that has settled due again. False where there is none, or it has not settled. */
  async renew(
    manager: EntityManager,
    {
      webhookId,
      deliveryId,
      now,
    }: { readonly webhookId: WebhookId; readonly deliveryId: DeliveryId; readonly now: Date },
  ): Promise<boolean> {
    const { affected } = await manager.getRepository(DeliveryEntity).update(
      { webhookId, deliveryId, state: Not<DeliveryState>('pending') },
      {
        state: 'pending',
        deadBecause: null,
        tries: 0,
        pendingSince: now,
        dueAt: now,
        lease: null,
        leasedUntil: null,
        settledAt: null,
      },
    );
    return affected === 1;
  }

  /** What has waited since before `since` and is in nobody's hands becomes a dead letter. */
  async expire(since: Date, now: Date): Promise<void> {
    await this.#dataSource.query(
      `UPDATE deliveries SET state = 'dead', dead_because = 'expired', settled_at = $2
       WHERE state = 'pending' AND pending_since < $1 AND (leased_until IS NULL OR leased_until <= $2)`,
      [since, now],
    );
  }

  /** Forgets what settled and is older. */
  async prune(olderThan: Date): Promise<void> {
    for (;;) {
      const old = await this.#dataSource.getRepository(DeliveryEntity).find({
        select: { deliveryId: true },
        where: { createdAt: LessThan(olderThan), state: Not<DeliveryState>('pending') },
        take: pruneBatch,
      });
      if (old.length === 0) return;
      await this.#dataSource.query(`DELETE FROM deliveries WHERE delivery_id = ANY ($1) AND state <> 'pending'`, [
        old.map(({ deliveryId }) => deliveryId),
      ]);
    }
  }
}

const stateAndReason = `CASE WHEN queue.is_full THEN 'dead' ELSE 'pending' END, CASE WHEN queue.is_full THEN 'overflow' END`;

function queue(maximum: number): string {
  return `(SELECT count(*) >= $${maximum}::integer AS is_full FROM (
             SELECT 1 FROM deliveries WHERE deliveries.webhook_id = webhooks.webhook_id AND deliveries.state = 'pending'
             LIMIT $${maximum}::integer) AS waiting) AS queue`;
}
