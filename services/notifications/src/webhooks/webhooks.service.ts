import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail, type AuditedAction } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/clock.js';
import { CircuitRepository } from '../dispatch/circuit.repository.js';
import { WebhookOutbound } from '../dispatch/webhook-outbound.js';
import { SigningSecretsService } from '../signing-secrets/signing-secrets.service.js';
import { WebhookEntity, type WebhookId } from './webhook.entity.js';
import type { WebhookKey, WebhookOwner } from './webhook-key.js';
import type { ChangeWebhookBody, CreateWebhookBody } from './webhooks.schema.js';
import { type WebhookCursor, WebhooksRepository } from './webhooks.repository.js';

const maxPerOrganization = 200;
const hourMilliseconds = 3_600_000;

/** Throws for a version that is not the one that the caller saw. */
type VersionCheck = (version: number) => void;

@Injectable()
export class WebhooksService {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: SigningSecretsService,
    private readonly circuits: CircuitRepository,
    private readonly outbound: WebhookOutbound,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  list(owner: WebhookOwner, after: WebhookCursor | undefined, limit: number): Promise<WebhookEntity[]> {
    return this.webhooks.list(owner, after, limit);
  }

  /** Errors: `not-found`. */
  async view(key: WebhookKey): Promise<WebhookEntity> {
    return found(await this.webhooks.find(key));
  }

  /** With the text of its secret, which is shown this once. Errors: `invalid` `outbound.…`, `conflict` `webhook.too-many`. */
  create(
    by: AuditActor,
    owner: WebhookOwner,
    body: CreateWebhookBody,
  ): Promise<{ webhook: WebhookEntity; secret: string }> {
    const url = this.#usableUrl(body.url);
    const now = this.clock.now();
    const webhook = Object.assign(new WebhookEntity(), {
      ...owner,
      webhookId: randomUUID() as WebhookId,
      url,
      description: body.description ?? '',
      eventTypes: body.eventTypes ?? [],
      active: body.active ?? true,
      createdBy: by.actor,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    return this.unitOfWork.run(async (manager) => {
      if ((await this.webhooks.countExclusively(manager, owner.organizationId)) >= maxPerOrganization) {
        const message = `An organization has at most ${maxPerOrganization} webhooks, those of its repositories included.`;
        throw new DomainError('conflict', 'webhook.too-many', message);
      }
      await this.webhooks.insert(manager, webhook);
      const secret = await this.secrets.make(manager, webhook.webhookId);
      await this.#record(manager, by, 'webhook.create', webhook, factsOf(webhook));
      return { webhook, secret };
    });
  }

  /** Errors: `not-found`, `precondition-failed` `etag.stale`, `invalid` `outbound.…`. */
  change(by: AuditActor, key: WebhookKey, body: ChangeWebhookBody, check: VersionCheck): Promise<WebhookEntity> {
    const url = body.url === undefined ? undefined : this.#usableUrl(body.url);
    return this.unitOfWork.run(async (manager) => {
      const webhook = found(await this.webhooks.lock(manager, key));
      check(webhook.version);
      const before = { url: webhook.url, active: webhook.active };
      webhook.url = url ?? webhook.url;
      if (body.description !== undefined) webhook.description = body.description ?? '';
      if (body.eventTypes !== undefined) webhook.eventTypes = body.eventTypes ?? [];
      webhook.active = body.active ?? webhook.active;
      webhook.updatedAt = this.clock.now();
      webhook.version += 1;
      await this.webhooks.save(manager, webhook);
      const begins = webhook.url !== before.url || (webhook.active && !before.active);
      if (begins) await this.circuits.close(manager, webhook.webhookId);
      const details = { ...factsOf(webhook), changed: Object.keys(body) };
      await this.#record(manager, by, 'webhook.change', webhook, details);
      return webhook;
    });
  }

  /** Its deliveries go with it. Errors: `not-found`, `precondition-failed` `etag.stale`. */
  delete(by: AuditActor, key: WebhookKey, check: VersionCheck): Promise<void> {
    return this.unitOfWork.run(async (manager) => {
      const webhook = found(await this.webhooks.lock(manager, key));
      check(webhook.version);
      await this.webhooks.delete(manager, key);
      await this.#record(manager, by, 'webhook.delete', webhook, factsOf(webhook));
    });
  }

  /** The text of a new secret, shown this once. Errors: `not-found`, `conflict` `webhook.too-many-secrets`. */
  rotateSecret(
    by: AuditActor,
    key: WebhookKey,
    overlapHours: number,
  ): Promise<{ secret: string; previousValidUntil: Date }> {
    return this.unitOfWork.run(async (manager) => {
      const webhook = found(await this.webhooks.lock(manager, key));
      const previousValidUntil = this.clock.in(overlapHours * hourMilliseconds);
      const secret = await this.secrets.rotate(manager, key.webhookId, previousValidUntil);
      await this.#record(manager, by, 'webhook.rotate-secret', webhook, { overlapHours });
      return { secret, previousValidUntil };
    });
  }

  #usableUrl(text: string): string {
    try {
      return this.outbound.policy.parseUrl(text).href;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const { kind, code, message } = error;
      throw new DomainError(kind, code, message, { details: { errors: [{ field: 'body.url', code, message }] } });
    }
  }

  async #record(
    manager: EntityManager,
    by: AuditActor,
    action: AuditedAction,
    { webhookId, organizationId }: WebhookEntity,
    details: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.audit.record(manager, by, { action, subject: `webhook:${webhookId}`, organizationId, details });
  }
}

/** What the audit may know: the path of a URL is often a secret. */
function factsOf({ repositoryId, url, eventTypes, active }: WebhookEntity) {
  return { repositoryId, origin: new URL(url).origin, eventTypes, active };
}

function found(webhook: WebhookEntity | null): WebhookEntity {
  if (webhook !== null) return webhook;
  throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
}
