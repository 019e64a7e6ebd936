import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantStoreModule } from '../grants/grant-store.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { Collaborators } from './collaborators.service.js';
import { FirstPublisherConsumer } from './first-publisher.consumer.js';
import { OwnersAnnouncer } from './owners-announcer.js';
import { PackageOwnerStoreModule } from './package-owner-store.module.js';
import { PackageOwnersMessageController } from './package-owners.message.controller.js';
import { PackageOwnersService } from './package-owners.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantStoreModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    PackageOwnerStoreModule,
    UserAccountsModule,
  ],
  controllers: [PackageOwnersMessageController],
  providers: [Collaborators, FirstPublisherConsumer, OwnersAnnouncer, PackageOwnersService],
})
export class PackageOwnersModule {}
