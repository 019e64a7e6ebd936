import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import type { NotificationsConfig } from '../config.js';
import { WebhooksRepository } from '../webhooks/webhooks.repository.js';
import { CircuitRepository } from './circuit.repository.js';
import type { ClaimedDelivery } from './claims.repository.js';
import type { Outcome } from './delivery.sender.js';
import { circuitThreshold, deliveryPauses, longestWaitMilliseconds, pauseAfter, probePauses } from './retry.rules.js';
import { SettlementRepository } from './settlement.repository.js';

/** Decides what follows from an attempt, and writes it down in one transaction. */
@Injectable()
export class DeliverySettlement {
  constructor(
    private readonly settlements: SettlementRepository,
    private readonly circuits: CircuitRepository,
    private readonly webhooks: WebhooksRepository,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: NotificationsConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Nothing, where the lease is over: somebody else has the delivery, or it is not there any more. */
  async settle(delivery: ClaimedDelivery, outcome: Outcome): Promise<void> {
    const { deliveryId, attempts: number } = delivery;
    const { kind, retryAfterMs: _asked, ...attempt } = outcome;
    await this.unitOfWork.run(async (manager) => {
      if (!(await this.settlements.holds(manager, delivery))) return;
      await this.settlements.log(manager, { deliveryId, number, ...attempt });
      if (kind === 'delivered') await this.#delivered(manager, delivery);
      else if (kind === 'gone') await this.#gone(manager, delivery);
      else await this.#failed(manager, delivery, outcome);
    });
  }

  async #delivered(manager: EntityManager, { deliveryId, webhookId }: ClaimedDelivery): Promise<void> {
    await this.settlements.delivered(manager, deliveryId, this.clock.now());
    await this.circuits.close(manager, webhookId);
  }

  async #gone(manager: EntityManager, { deliveryId, webhookId, url }: ClaimedDelivery): Promise<void> {
    const now = this.clock.now();
    await this.settlements.buried(manager, deliveryId, 'gone', now);
    const organizationId = await this.webhooks.deactivate(manager, { webhookId, url, now });
    if (organizationId === undefined) return;
    const subject = `webhook:${webhookId}`;
    const details = { because: 'endpoint-gone', deliveryId };
    const entry = { action: 'webhook.deactivate', subject, organizationId, details } as const;
    await this.audit.record(manager, { actor: 'notifications' }, entry);
  }

  async #failed(manager: EntityManager, delivery: ClaimedDelivery, { retryAfterMs }: Outcome): Promise<void> {
    const { deliveryId, webhookId, tries, pendingSince } = delivery;
    const now = this.clock.now();
    const isOver = now.getTime() - pendingSince.getTime() >= longestWaitMilliseconds;
    if (tries >= this.config.WAYBILL_WEBHOOK_ATTEMPTS || isOver) {
      await this.settlements.buried(manager, deliveryId, isOver ? 'expired' : 'attempts', now);
    } else {
      const pause = Math.max(pauseAfter(tries, deliveryPauses), retryAfterMs);
      await this.settlements.postponed(manager, deliveryId, this.clock.in(pause));
    }
    const failures = await this.circuits.fail(manager, webhookId);
    if (failures < circuitThreshold) return;
    await this.circuits.open(
      manager,
      webhookId,
      this.clock.in(pauseAfter(failures - circuitThreshold + 1, probePauses)),
    );
    if (failures === circuitThreshold)
      this.log.warn({ 'webhook.id': webhookId }, 'A webhook fails; its circuit is open.');
  }
}
