import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { Requires } from '@waybill/edge';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  Idempotent,
  type Page,
  pageOf,
  sendPage,
  sentTime,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isUuid, pathParam, webhookKeyOf } from '../webhooks/webhook-key.js';
import { WebhookOfPath } from '../webhooks/webhook-of-path.resource.js';
import type { DeliveryEntity, DeliveryId } from './delivery.entity.js';
import {
  deliveryDetailView,
  type DeliveryDetailView,
  deliveryView,
  type DeliveryView,
  ListDeliveriesQuery,
} from './deliveries.schema.js';
import { DeliveriesService } from './deliveries.service.js';

const cursorShape = z.object({ createdAt: sentTime, deliveryId: z.uuid() });

@Controller('api/v1/webhooks/:webhookId')
export class DeliveriesHttpController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Get('deliveries')
  @Requires('manage-access', WebhookOfPath)
  @Documented({ summary: 'List the deliveries of a webhook, newest first', returns: pageOf(deliveryView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { limit, cursor, state }: ListDeliveriesQuery,
  ): Promise<Page<DeliveryView>> {
    const { webhookId } = webhookKeyOf(request);
    const before = cursor === undefined ? undefined : decodeCursor(cursor, cursorShape);
    const found = await this.deliveries.list({ webhookId, state, before, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return sendPage(request, reply, { items: items.map(viewOf), next: last === undefined ? null : cursorOf(last) });
  }

  @Get('deliveries/:deliveryId')
  @Requires('manage-access', WebhookOfPath)
  @Documented({ summary: 'Show a delivery with its event and attempts', returns: deliveryDetailView })
  async view(@Req() request: FastifyRequest): Promise<DeliveryDetailView> {
    const { delivery, attempts } = await this.deliveries.view(webhookKeyOf(request), deliveryIdOf(request));
    return {
      ...viewOf(delivery),
      event: JSON.parse(delivery.body),
      attemptLog: attempts.map(({ number, at, durationMs, status, error, answer }) => ({
        number,
        at: at.toISOString(),
        durationMs,
        status,
        error,
        answer,
      })),
    };
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @Requires('manage-access', WebhookOfPath)
  @Idempotent()
  @Documented({
    summary: 'Deliver again what was delivered, or is a dead letter',
    returns: deliveryView,
    status: 202,
    errors: ['delivery.pending', 'webhook.inactive'],
  })
  async redeliver(@Req() request: FastifyRequest): Promise<DeliveryView> {
    const by = actorOfRequest(request);
    return viewOf(await this.deliveries.redeliver(by, webhookKeyOf(request), deliveryIdOf(request)));
  }

  @Post('ping')
  @HttpCode(202)
  @Requires('manage-access', WebhookOfPath)
  @Idempotent()
  @Documented({
    summary: 'Send a webhook something to see whether it arrives',
    returns: deliveryView,
    status: 202,
    errors: ['webhook.inactive', 'webhook.queue-full'],
  })
  async ping(@Req() request: FastifyRequest): Promise<DeliveryView> {
    return viewOf(await this.deliveries.ping(actorOfRequest(request), webhookKeyOf(request)));
  }
}

function viewOf(delivery: DeliveryEntity): DeliveryView {
  return {
    id: delivery.deliveryId,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    state: delivery.state,
    deadBecause: delivery.deadBecause,
    attempts: delivery.attempts,
    createdAt: delivery.createdAt.toISOString(),
    nextAttemptAt: delivery.state === 'pending' ? delivery.dueAt.toISOString() : null,
    settledAt: delivery.settledAt?.toISOString() ?? null,
  };
}

function deliveryIdOf(request: FastifyRequest): DeliveryId {
  const text = pathParam(request, 'deliveryId');
  if (!isUuid(text)) throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
  return text as DeliveryId;
}

function cursorOf({ createdAt, deliveryId }: DeliveryEntity): string {
  return encodeCursor({ createdAt: createdAt.toISOString(), deliveryId });
}
