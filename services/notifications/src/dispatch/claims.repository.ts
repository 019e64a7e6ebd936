import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { DeliveryId } from '../deliveries/delivery.entity.js';
import type { WebhookId } from '../webhooks/webhook.entity.js';
import { circuitThreshold } from './retry.rules.js';

/** A delivery in the hands of this replica, until its lease is over: then it is anybody's again. */
export interface ClaimedDelivery {
  readonly deliveryId: DeliveryId;
  readonly webhookId: WebhookId;
  readonly eventId: string;
  readonly body: string;
  readonly url: string;
  readonly lease: string;
  /** This one included. */
  readonly attempts: number;
  /** Since it is pending, this one included. */
  readonly tries: number;
  readonly pendingSince: Date;
}

export interface Claim {
  readonly now: Date;
  readonly leasedUntil: Date;
  /** Deliveries at most. */
  readonly hands: number;
  /** In work for one webhook at most, by all replicas together; one where its circuit probes. */
  readonly parallel: number;
}

const endpointsPerClaim = 100;

@Injectable()
export class ClaimsRepository {
  readonly #unitOfWork: UnitOfWork;

  constructor(unitOfWork: UnitOfWork) {
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Takes what is due. Each delivery goes to one replica, and who has locked the circuit of an endpoint counts alone what is in
   * work for it; others pass on to other endpoints.
   */
  claim(claim: Claim): Promise<ClaimedDelivery[]> {
    return this.#unitOfWork.run(async (manager) => {
      const endpoints = await this.#lockEndpoints(manager, claim);
      if (endpoints.length === 0) return [];
      // By a statement of its own: it sees what was claimed before the locks were had.
      const [claimed] = await manager.query<[ClaimedDelivery[], number]>(claimDue, [
        endpoints,
        circuitThreshold,
        claim.parallel,
        claim.now,
        claim.leasedUntil,
        claim.hands,
      ]);
      return claimed;
    });
  }

  /** Whose turn it is: who was looked at longest ago. */
  async #lockEndpoints(manager: EntityManager, { now }: Claim): Promise<WebhookId[]> {
    const [rows] = await manager.query<[{ webhookId: WebhookId }[], number]>(
      `UPDATE circuits SET claimed_at = $1 WHERE webhook_id IN (
         SELECT circuits.webhook_id FROM circuits JOIN webhooks ON webhooks.webhook_id = circuits.webhook_id
         WHERE webhooks.active AND (circuits.open_until IS NULL OR circuits.open_until <= $1) AND EXISTS (
           SELECT FROM deliveries WHERE deliveries.webhook_id = circuits.webhook_id AND ${isDue('$1')})
         ORDER BY circuits.claimed_at NULLS FIRST LIMIT ${endpointsPerClaim} FOR UPDATE OF circuits SKIP LOCKED)
       RETURNING webhook_id AS "webhookId"`,
      [now],
    );
    return rows.map(({ webhookId }) => webhookId);
  }
}

function isDue(now: string): string {
  return `deliveries.state = 'pending' AND deliveries.due_at <= ${now}
          AND (deliveries.leased_until IS NULL OR deliveries.leased_until <= ${now})`;
}

const claimDue = `
  WITH room AS (
    SELECT circuits.webhook_id, CASE WHEN circuits.failures >= $2::integer THEN 1 ELSE $3::integer END - (
      SELECT count(*)::integer FROM deliveries WHERE deliveries.webhook_id = circuits.webhook_id
        AND deliveries.state = 'pending' AND deliveries.leased_until > $4) AS hands
    FROM circuits WHERE circuits.webhook_id = ANY ($1::uuid[])),
  chosen AS (
    SELECT due.delivery_id FROM room CROSS JOIN LATERAL (
      SELECT deliveries.delivery_id FROM deliveries
      WHERE deliveries.webhook_id = room.webhook_id AND ${isDue('$4')}
      ORDER BY deliveries.due_at LIMIT greatest(room.hands, 0) FOR UPDATE SKIP LOCKED) AS due
    LIMIT $6::integer)
  UPDATE deliveries SET lease = gen_random_uuid(), leased_until = $5, attempts = attempts + 1, tries = tries + 1
  FROM chosen, webhooks
  WHERE deliveries.delivery_id = chosen.delivery_id AND webhooks.webhook_id = deliveries.webhook_id
  RETURNING deliveries.delivery_id AS "deliveryId", deliveries.webhook_id AS "webhookId", deliveries.event_id AS "eventId",
            deliveries.body, webhooks.url, deliveries.lease, deliveries.attempts, deliveries.tries,
            deliveries.pending_since AS "pendingSince"`;
