import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DeliveryAttemptEntity } from '../deliveries/delivery-attempt.entity.js';
import { type DeathReason, DeliveryEntity, type DeliveryId } from '../deliveries/delivery.entity.js';
import type { ClaimedDelivery } from './claims.repository.js';

const maxAttemptsKept = 50;

/** What is written down after an attempt. */
@Injectable()
export class SettlementRepository {
  /** Whether the delivery is still in the hands of who asks; locked then. */
  async holds(manager: EntityManager, { deliveryId, lease }: ClaimedDelivery): Promise<boolean> {
    const where = { deliveryId, lease, state: 'pending' as const };
    const held = await manager.getRepository(DeliveryEntity).findOne({ where, lock: { mode: 'pessimistic_write' } });
    return held !== null;
  }

  async log(manager: EntityManager, attempt: Omit<DeliveryAttemptEntity, 'delivery'>): Promise<void> {
    await manager.getRepository(DeliveryAttemptEntity).insert({ ...attempt });
    await manager.query('DELETE FROM delivery_attempts WHERE delivery_id = $1 AND number <= $2', [
      attempt.deliveryId,
      attempt.number - maxAttemptsKept,
    ]);
  }

  async delivered(manager: EntityManager, deliveryId: DeliveryId, now: Date): Promise<void> {
    await this.#update(manager, deliveryId, { state: 'delivered', settledAt: now });
  }

  async buried(manager: EntityManager, deliveryId: DeliveryId, deadBecause: DeathReason, now: Date): Promise<void> {
    await this.#update(manager, deliveryId, { state: 'dead', deadBecause, settledAt: now });
  }

  async postponed(manager: EntityManager, deliveryId: DeliveryId, dueAt: Date): Promise<void> {
    await this.#update(manager, deliveryId, { dueAt });
  }

  async #update(
    manager: EntityManager,
    deliveryId: DeliveryId,
    change: Partial<Pick<DeliveryEntity, 'state' | 'deadBecause' | 'settledAt' | 'dueAt'>>,
  ): Promise<void> {
    await manager.getRepository(DeliveryEntity).update({ deliveryId }, { ...change, lease: null, leasedUntil: null });
  }
}
