import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { AuditModule } from '@waybill/audit';
import { IdempotencyModule, requestValidation } from '@waybill/management-api';
import { BatchesMessageController } from './batches/batches.message.controller.js';
import { BatchesService } from './batches/batches.service.js';
import { SERVICE_CONFIG } from '@waybill/service-host';
import { CollectorTurnRepository } from './collector/collector-turn.repository.js';
import { StagingCollector } from './collector/staging.collector.js';
import type { PublishConfig } from './config.js';
import { DecisionsConsumer } from './decisions/decisions.consumer.js';
import { QuarantineRepository } from './decisions/quarantine.repository.js';
import { QuarantineWatch } from './decisions/quarantine.watch.js';
import { ReleaseSettlement } from './decisions/release-settlement.js';
import { DeprecationsMessageController } from './deprecations/deprecations.message.controller.js';
import { EventLogMessageController } from './event-log/event-log.message.controller.js';
import { EventLogRepository } from './event-log/event-log.repository.js';
import { HeldReleasesHttpController } from './held-releases/held-releases.http.controller.js';
import { HeldReleasesRepository } from './held-releases/held-releases.repository.js';
import { HeldReleasesService } from './held-releases/held-releases.service.js';
import { RescanRepository } from './held-releases/rescan.repository.js';
import { RescansService } from './held-releases/rescans.service.js';
import { ReleaseOfPath } from './held-releases/release-of-path.resource.js';
import { DomainProofService } from './namespaces/domain-proof.service.js';
import { NamespaceChanges } from './namespaces/namespace-changes.js';
import { NamespaceOfPath, OrganizationOfNewNamespace, WholeInstallation } from './namespaces/namespace-of-path.resource.js';
import { NamespaceRepository } from './namespaces/namespace.repository.js';
import { NamespacesHttpController } from './namespaces/namespaces.http.controller.js';
import { NamespacesService } from './namespaces/namespaces.service.js';
import { DnsTxtLookup, TXT_LOOKUP } from './namespaces/txt-lookup.js';
import { OrganizationProjection } from './organizations/organization.projection.js';
import { PackageChangesModule } from './package-changes/package-changes.module.js';
import { PackagesModule } from './package-list/packages.module.js';
import { PipelineModule } from './pipeline/pipeline.module.js';
import { ReleaseStoreModule } from './releases/release-store.module.js';
import { ReleasesMessageController } from './releases/releases.message.controller.js';
import { OrganizationOfNewRepository } from './repositories/organization-of-new-repository.resource.js';
import { RepositoriesHttpController } from './repositories/repositories.http.controller.js';
import { RepositoriesMessageController } from './repositories/repositories.message.controller.js';
import { RepositoriesService } from './repositories/repositories.service.js';
import { RepositoryChanges } from './repositories/repository-changes.js';
import { RepositoryDeletionsService } from './repositories/repository-deletions.service.js';
import { RepositoryListRepository } from './repositories/repository-list.repository.js';
import { RepositoryListService } from './repositories/repository-list.service.js';
import { OrganizationOfDeleted, RepositoryOfPath, RepositoryToDelete } from './repositories/repository-of-path.resource.js';
import { RepositoryPurge } from './repositories/repository-purge.js';
import { RepositoryPurgeRepository } from './repositories/repository-purge.repository.js';
import { ResourceResolution } from './repositories/resource-resolution.service.js';
import { TagsMessageController } from './tags/tags.message.controller.js';
import { NamespaceTransferHttpController } from './transfers/namespace-transfer.http.controller.js';
import { NamespaceTransferSubject } from './transfers/namespace.transfer-subject.js';
import { RepositoryTransferHttpController } from './transfers/repository-transfer.http.controller.js';
import { RepositoryTransferSubject } from './transfers/repository.transfer-subject.js';
import {
  EitherSideOfTransfer,
  OfferingSideOfTransfer,
  ReceivingSideOfTransfer,
} from './transfers/transfer-of-path.resource.js';
import { TransferOffersService } from './transfers/transfer-offers.service.js';
import { TRANSFER_SUBJECTS, type TransferSubject } from './transfers/transfer-subject.js';
import { TransferRepository } from './transfers/transfer.repository.js';
import { TransfersHttpController } from './transfers/transfers.http.controller.js';
import { TransfersService } from './transfers/transfers.service.js';
import { WithdrawalsMessageController } from './withdrawals/withdrawals.message.controller.js';

@Module({
  imports: [AuditModule, ReleaseStoreModule, PackageChangesModule, PackagesModule, PipelineModule],
  controllers: [
    HeldReleasesHttpController,
    NamespacesHttpController,
    NamespaceTransferHttpController,
    RepositoriesHttpController,
    RepositoryTransferHttpController,
    TransfersHttpController,
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
    EventLogRepository,
    HeldReleasesRepository,
    HeldReleasesService,
    RescanRepository,
    RescansService,
    { provide: TXT_LOOKUP, useFactory: txtLookup, inject: [SERVICE_CONFIG] },
    {
      provide: TRANSFER_SUBJECTS,
      useFactory: (...subjects: TransferSubject[]) => subjects,
      inject: [RepositoryTransferSubject, NamespaceTransferSubject],
    },
    DomainProofService,
    EitherSideOfTransfer,
    NamespaceChanges,
    NamespaceOfPath,
    NamespaceRepository,
    NamespacesService,
    NamespaceTransferSubject,
    OfferingSideOfTransfer,
    OrganizationOfDeleted,
    OrganizationOfNewNamespace,
    OrganizationOfNewRepository,
    OrganizationProjection,
    QuarantineRepository,
    QuarantineWatch,
    ReleaseOfPath,
    ReleaseSettlement,
    RepositoriesService,
    ReceivingSideOfTransfer,
    RepositoryChanges,
    RepositoryDeletionsService,
    RepositoryListRepository,
    RepositoryListService,
    RepositoryOfPath,
    RepositoryPurge,
    RepositoryPurgeRepository,
    RepositoryToDelete,
    RepositoryTransferSubject,
    ResourceResolution,
    StagingCollector,
  ],
})
export class PublishModule {}

function txtLookup({ WAYBILL_DNS_SERVERS }: PublishConfig): DnsTxtLookup {
  return new DnsTxtLookup(WAYBILL_DNS_SERVERS);
}
