import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { AuditModule } from '@waybill/audit';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { BatchesMessageController } from './batches/batches.message.controller.js';
import { BatchesService } from './batches/batches.service.js';
import { StagingCollector } from './collector/staging.collector.js';
import { DecisionsConsumer } from './decisions/decisions.consumer.js';
import { QuarantineRepository } from './decisions/quarantine.repository.js';
import { QuarantineWatch } from './decisions/quarantine.watch.js';
import { SettlementModule } from './decisions/settlement.module.js';
import { DeprecationsMessageController } from './deprecations/deprecations.message.controller.js';
import { DownloadsModule } from './downloads/downloads.module.js';
import { EventLogMessageController } from './event-log/event-log.message.controller.js';
import { EventLogRepository } from './event-log/event-log.repository.js';
import { FindingsModule } from './findings/findings.module.js';
import { HeldReleasesHttpController } from './held-releases/held-releases.http.controller.js';
import { HeldReleasesRepository } from './held-releases/held-releases.repository.js';
import { HeldReleasesService } from './held-releases/held-releases.service.js';
import { RescanRepository } from './held-releases/rescan.repository.js';
import { RescansService } from './held-releases/rescans.service.js';
import { ReleaseOfPath } from './held-releases/release-of-path.resource.js';
import { NamespacesModule } from './namespaces/namespaces.module.js';
import { OrganizationsModule } from './organizations/organizations.module.js';
import { JobsHttpController } from './jobs/jobs.http.controller.js';
import { DeadLetters } from './jobs/dead-letters.js';
import { JobListService } from './jobs/job-list.service.js';
import { JobRetriesService } from './jobs/job-retries.service.js';
import { JobsRepository } from './jobs/jobs.repository.js';
import { StatsHttpController } from './stats/stats.http.controller.js';
import { StatsRepository } from './stats/stats.repository.js';
import { PackageChangesModule } from './package-changes/package-changes.module.js';
import { PackagesModule } from './package-list/packages.module.js';
import { PersonProofModule } from './person-proof/person-proof.module.js';
import { PipelineModule } from './pipeline/pipeline.module.js';
import { ReleasePathsModule } from './release-paths/release-paths.module.js';
import { ReleasePoliciesModule } from './release-policies/release-policies.module.js';
import { ReleaseStoreModule } from './releases/release-store.module.js';
import { ReleasesMessageController } from './releases/releases.message.controller.js';
import { RepositoriesModule } from './repositories/repositories.module.js';
import { SourceRepositoriesModule } from './source-repositories/source-repositories.module.js';
import { StagedReleasesModule } from './staged-releases/staged-releases.module.js';
import { StagingPoliciesModule } from './staging-policies/staging-policies.module.js';
import { TagsMessageController } from './tags/tags.message.controller.js';
import { TransfersModule } from './transfers/transfers.module.js';
import { WithdrawalsMessageController } from './withdrawals/withdrawals.message.controller.js';

@Module({
  imports: [
    AuditModule,
    IdempotencyModule,
    ReleaseStoreModule,
    PackageChangesModule,
    PackagesModule,
    PersonProofModule,
    FindingsModule,
    DownloadsModule,
    PipelineModule,
    ReleasePathsModule,
    ReleasePoliciesModule,
    NamespacesModule,
    OrganizationsModule,
    RepositoriesModule,
    SettlementModule,
    SourceRepositoriesModule,
    StagedReleasesModule,
    StagingPoliciesModule,
    TransfersModule,
  ],
  controllers: [
    HeldReleasesHttpController,
    JobsHttpController,
    StatsHttpController,
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
    DecisionsConsumer,
    EventLogRepository,
    HeldReleasesRepository,
    DeadLetters,
    JobListService,
    JobRetriesService,
    JobsRepository,
    StatsRepository,
    HeldReleasesService,
    RescanRepository,
    RescansService,
    QuarantineRepository,
    QuarantineWatch,
    ReleaseOfPath,
    StagingCollector,
  ],
})
export class PublishModule {}
