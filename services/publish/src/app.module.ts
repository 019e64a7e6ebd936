import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { AuditModule } from '@waybill/audit';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { BatchesMessageController } from './batches/batches.message.controller.js';
import { BatchesService } from './batches/batches.service.js';
import { CollectorTurnRepository } from './collector/collector-turn.repository.js';
import { StagingCollector } from './collector/staging.collector.js';
import { DecisionsConsumer } from './decisions/decisions.consumer.js';
import { QuarantineRepository } from './decisions/quarantine.repository.js';
import { QuarantineWatch } from './decisions/quarantine.watch.js';
import { ReleaseSettlement } from './decisions/release-settlement.js';
import { DeprecationsMessageController } from './deprecations/deprecations.message.controller.js';
import { DeprecationsService } from './deprecations/deprecations.service.js';
import { EventLogMessageController } from './event-log/event-log.message.controller.js';
import { EventLogRepository } from './event-log/event-log.repository.js';
import { HeldReleasesHttpController } from './held-releases/held-releases.http.controller.js';
import { HeldReleasesRepository } from './held-releases/held-releases.repository.js';
import { HeldReleasesService } from './held-releases/held-releases.service.js';
import { RescanRepository } from './held-releases/rescan.repository.js';
import { RescansService } from './held-releases/rescans.service.js';
import { ReleaseOfPath } from './held-releases/release-of-path.resource.js';
import { OrganizationProjection } from './organizations/organization.projection.js';
import { PackageWriter } from './package-changes/package-writer.js';
import { VisibleReleaseRepository } from './package-changes/visible-release.repository.js';
import { PipelineModule } from './pipeline/pipeline.module.js';
import { ReleaseStoreModule } from './releases/release-store.module.js';
import { ReleasesMessageController } from './releases/releases.message.controller.js';
import { OrganizationOfBody } from './repositories/organization-of-body.resource.js';
import { RepositoriesHttpController } from './repositories/repositories.http.controller.js';
import { RepositoriesMessageController } from './repositories/repositories.message.controller.js';
import { RepositoriesService } from './repositories/repositories.service.js';
import { RepositoryOfPath } from './repositories/repository-of-path.resource.js';
import { TagsMessageController } from './tags/tags.message.controller.js';
import { TagsService } from './tags/tags.service.js';
import { ReleaseWithdrawal } from './withdrawals/release-withdrawal.js';
import { WithdrawalsMessageController } from './withdrawals/withdrawals.message.controller.js';
import { WithdrawalsService } from './withdrawals/withdrawals.service.js';

@Module({
  imports: [AuditModule, ReleaseStoreModule, PipelineModule],
  controllers: [
    HeldReleasesHttpController,
    RepositoriesHttpController,
    RepositoriesMessageController,
    ReleasesMessageController,
    TagsMessageController,
    BatchesMessageController,
    DeprecationsMessageController,
    WithdrawalsMessageController,
    EventLogMessageController,
  ],
  providers: [
    { provide: APP_PIPE, useFactory: requestValidation },
    BatchesService,
    CollectorTurnRepository,
    DecisionsConsumer,
    DeprecationsService,
    EventLogRepository,
    HeldReleasesRepository,
    HeldReleasesService,
    RescanRepository,
    RescansService,
    OrganizationOfBody,
    OrganizationProjection,
    PackageWriter,
    QuarantineRepository,
    QuarantineWatch,
    ReleaseOfPath,
    ReleaseSettlement,
    ReleaseWithdrawal,
    RepositoriesService,
    RepositoryOfPath,
    StagingCollector,
    TagsService,
    VisibleReleaseRepository,
    WithdrawalsService,
  ],
})
export class PublishModule {}
