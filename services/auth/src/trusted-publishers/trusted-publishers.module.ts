import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantsModule } from '../grants/grants.module.js';
import { KnownRepositoriesModule } from '../known-repositories/known-repositories.module.js';
import { KnownIssuersModule } from '../oidc-issuers/known-issuers.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PublisherTokensModule } from '../tokens/publisher-tokens.module.js';
import { FirstReleasesConsumer } from './first-releases.consumer.js';
import { FirstReleases } from './first-releases.service.js';
import { PackagePublishersMessageController } from './package-publishers.message.controller.js';
import { PackagePublishers } from './package-publishers.service.js';
import { PendingPublishersConsumer } from './pending-publishers.consumer.js';
import { PendingPublishers } from './pending-publishers.service.js';
import { PendingPublishersTurn } from './pending-publishers.turn.js';
import { PublisherChanges } from './publisher-changes.service.js';
import { PublisherChecks } from './publisher-checks.service.js';
import { PublisherListRepository } from './publisher-list.repository.js';
import { PublisherRegistration } from './publisher-registration.service.js';
import { ResourcePublishersHttpController } from './resource-publishers.http.controller.js';
import { TrustedPublisherStoreModule } from './trusted-publisher-store.module.js';
import { TrustedPublishersHttpController } from './trusted-publishers.http.controller.js';
import { TrustedPublishersReader } from './trusted-publishers.reader.js';

/** Who says whose CI publishes what, and what becomes of that. */
@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantsModule,
    KnownIssuersModule,
    KnownRepositoriesModule,
    OrganizationsModule,
    OrganizationStoreModule,
    PublisherTokensModule,
    TrustedPublisherStoreModule,
  ],
  controllers: [PackagePublishersMessageController, ResourcePublishersHttpController, TrustedPublishersHttpController],
  providers: [
    FirstReleases,
    FirstReleasesConsumer,
    PackagePublishers,
    PendingPublishers,
    PendingPublishersConsumer,
    PendingPublishersTurn,
    PublisherChanges,
    PublisherChecks,
    PublisherListRepository,
    PublisherRegistration,
    TrustedPublishersReader,
  ],
})
export class TrustedPublishersModule {}
