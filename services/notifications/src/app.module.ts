import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AuditModule } from '@waybill/audit';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { Clock } from './clock/clock.js';
import { DeliveriesHttpController } from './deliveries/deliveries.http.controller.js';
import { DeliveriesRepository } from './deliveries/deliveries.repository.js';
import { DeliveriesService } from './deliveries/deliveries.service.js';
import { CircuitRepository } from './dispatch/circuit.repository.js';
import { ClaimsRepository } from './dispatch/claims.repository.js';
import { DeliverySender } from './dispatch/delivery.sender.js';
import { DeliverySettlement } from './dispatch/delivery.settlement.js';
import { DeliveryTurns } from './dispatch/delivery-turns.js';
import { DeliveryWorker } from './dispatch/delivery.worker.js';
import { SettlementRepository } from './dispatch/settlement.repository.js';
import { WebhookOutbound } from './dispatch/webhook-outbound.js';
import { MailMessageController } from './mail/mail.message.controller.js';
import { MailRepository } from './mail/mail.repository.js';
import { MailService } from './mail/mail.service.js';
import { MailTransport } from './mail/mail-transport.js';
import { MailTurns } from './mail/mail-turns.js';
import { MailWorker } from './mail/mail.worker.js';
import { PackageNews } from './news/package-news.consumer.js';
import { ReleaseNews } from './news/release-news.consumer.js';
import { RepositoryNews } from './news/repository-news.consumer.js';
import { NoStoreInterceptor } from './no-store.interceptor.js';
import { OrganizationRepository } from './organizations/organization.repository.js';
import { OrganizationProjection } from './projection/organization.projection.js';
import { ReadModelRebuild } from './projection/read-model.rebuild.js';
import { RebuildRepository } from './projection/rebuild.repository.js';
import { RepositoryProjection } from './projection/repository.projection.js';
import { RepositoryRepository } from './repositories/repository.repository.js';
import { HistoryRetention } from './retention/history.retention.js';
import { SigningSecretsRepository } from './signing-secrets/signing-secrets.repository.js';
import { SigningSecretsService } from './signing-secrets/signing-secrets.service.js';
import { WebhookOfPath } from './webhooks/webhook-of-path.resource.js';
import { WebhookOwnerOfQuery } from './webhooks/webhook-owner.resource.js';
import { WebhookViews } from './webhooks/webhook-views.js';
import { WebhooksHttpController } from './webhooks/webhooks.http.controller.js';
import { WebhooksRepository } from './webhooks/webhooks.repository.js';
import { WebhooksService } from './webhooks/webhooks.service.js';

@Module({
  imports: [AuditModule, IdempotencyModule],
  controllers: [WebhooksHttpController, DeliveriesHttpController, MailMessageController],
  providers: [
    { provide: APP_PIPE, useFactory: requestValidation },
    { provide: APP_INTERCEPTOR, useClass: NoStoreInterceptor },
    CircuitRepository,
    ClaimsRepository,
    Clock,
    DeliveriesRepository,
    DeliveriesService,
    DeliverySender,
    DeliverySettlement,
    DeliveryTurns,
    DeliveryWorker,
    HistoryRetention,
    MailRepository,
    MailService,
    MailTransport,
    MailTurns,
    MailWorker,
    OrganizationProjection,
    OrganizationRepository,
    PackageNews,
    ReadModelRebuild,
    RebuildRepository,
    ReleaseNews,
    RepositoryNews,
    RepositoryProjection,
    RepositoryRepository,
    SettlementRepository,
    SigningSecretsRepository,
    SigningSecretsService,
    WebhookOfPath,
    WebhookOutbound,
    WebhookOwnerOfQuery,
    WebhookViews,
    WebhooksRepository,
    WebhooksService,
  ],
})
export class NotificationsModule {}
