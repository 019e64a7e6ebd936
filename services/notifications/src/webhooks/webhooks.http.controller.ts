import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires } from '@waybill/edge';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  etagOf,
  Idempotent,
  type Page,
  pageOf,
  requireMatch,
  sendPage,
  sentTime,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { webhookKeyOf, webhookOwnerOf } from './webhook-key.js';
import { WebhookOfPath } from './webhook-of-path.resource.js';
import { WebhookOwnerOfQuery } from './webhook-owner.resource.js';
import { WebhookViews } from './webhook-views.js';
import type { WebhookEntity } from './webhook.entity.js';
import {
  ChangeWebhookBody,
  CreateWebhookBody,
  ListWebhooksQuery,
  RotateSecretBody,
  rotatedSecretView,
  type RotatedSecretView,
  WebhookOwnerQuery,
  webhookView,
  type WebhookView,
  webhookWithSecretView,
  type WebhookWithSecretView,
} from './webhooks.schema.js';
import { WebhooksService } from './webhooks.service.js';

const cursorShape = z.object({ createdAt: sentTime, webhookId: z.uuid() });
const unusableUrl = ['outbound.url-malformed 400', 'outbound.url-refused 400'];

@Controller('api/v1/webhooks')
export class WebhooksHttpController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly views: WebhookViews,
  ) {}

  @Get()
  @Requires('manage-access', WebhookOwnerOfQuery)
  @Documented({ summary: 'List the webhooks of an organization or a repository', returns: pageOf(webhookView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { limit, cursor }: ListWebhooksQuery,
  ): Promise<Page<WebhookView>> {
    const after = cursor === undefined ? undefined : decodeCursor(cursor, cursorShape);
    const owner = webhookOwnerOf(request);
    const found = await this.webhooks.list(owner, after, limit + 1);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return sendPage(request, reply, {
      items: await this.views.of(owner, items),
      next: last === undefined ? null : cursorOf(last),
    });
  }

  @Post()
  @Requires('manage-access', WebhookOwnerOfQuery)
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Create a webhook of an organization or a repository',
    description: 'The secret that deliveries are signed with (standardwebhooks.com) is in this answer and in no other.',
    returns: webhookWithSecretView,
    errors: [...unusableUrl, 'webhook.too-many'],
    etag: true,
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() _owner: WebhookOwnerQuery,
    @Body() body: CreateWebhookBody,
  ): Promise<WebhookWithSecretView> {
    const owner = webhookOwnerOf(request);
    const { webhook, secret } = await this.webhooks.create(actorOfRequest(request), owner, body);
    void reply.header('location', `/api/v1/webhooks/${webhook.webhookId}`);
    return { ...(await this.#view(reply, webhook)), secret };
  }

  @Get(':webhookId')
  @Requires('manage-access', WebhookOfPath)
  @Documented({ summary: 'Show a webhook', returns: webhookView, etag: true })
  async view(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<WebhookView> {
    return this.#view(reply, await this.webhooks.view(webhookKeyOf(request)));
  }

  @Patch(':webhookId')
  @Requires('manage-access', WebhookOfPath)
  @Documented({
    summary: 'Change a webhook',
    description: 'Another URL, and being active again, close its circuit.',
    returns: webhookView,
    errors: unusableUrl,
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: ChangeWebhookBody,
  ): Promise<WebhookView> {
    const key = webhookKeyOf(request);
    const changed = await this.webhooks.change(actorOfRequest(request), key, body, (version) => {
      requireMatch(request, version);
    });
    return this.#view(reply, changed);
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @Requires('manage-access', WebhookOfPath)
  @Documented({ summary: 'Delete a webhook and its deliveries', status: 204, etag: true })
  async delete(@Req() request: FastifyRequest): Promise<void> {
    await this.webhooks.delete(actorOfRequest(request), webhookKeyOf(request), (version) => {
      requireMatch(request, version);
    });
  }

  @Post(':webhookId/rotate-secret')
  @HttpCode(200)
  @Requires('manage-access', WebhookOfPath)
  @Idempotent({ secretAnswer: true })
  @Documented({
    summary: 'Make a new secret for a webhook',
    description: 'Until the overlap is over, deliveries carry the signature of the secret before as well.',
    returns: rotatedSecretView,
    status: 200,
    errors: ['webhook.too-many-secrets'],
  })
  async rotateSecret(@Req() request: FastifyRequest, @Body() body: RotateSecretBody): Promise<RotatedSecretView> {
    const by = actorOfRequest(request);
    const rotated = await this.webhooks.rotateSecret(by, webhookKeyOf(request), body.overlapHours);
    return { secret: rotated.secret, previousValidUntil: rotated.previousValidUntil.toISOString() };
  }

  async #view(reply: FastifyReply, webhook: WebhookEntity): Promise<WebhookView> {
    void reply.header('etag', etagOf(webhook.version));
    const [view] = await this.views.of(webhook, [webhook]);
    return webhookView.parse(view);
  }
}

function cursorOf({ createdAt, webhookId }: WebhookEntity): string {
  return encodeCursor({ createdAt: createdAt.toISOString(), webhookId });
}
