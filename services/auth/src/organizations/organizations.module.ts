import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { TrustedPublisherStoreModule } from '../trusted-publishers/trusted-publisher-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { OrganizationDeletionService } from './organization-deletion.service.js';
import { OrganizationFounder } from './organization-founder.js';
import { OrganizationFounding } from './organization-founding.resource.js';
import { OrganizationSettingsService } from './organization-settings.service.js';
import { OrganizationStoreModule } from './organization-store.module.js';
import { OrganizationTransferService } from './organization-transfer.service.js';
import { OrganizationsHttpController } from './organizations.http.controller.js';
import { OrganizationsService } from './organizations.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    TrustedPublisherStoreModule,
    UserAccountsModule,
  ],
  controllers: [OrganizationsHttpController],
  providers: [
    OrganizationDeletionService,
    OrganizationFounder,
    OrganizationFounding,
    OrganizationSettingsService,
    OrganizationTransferService,
    OrganizationsService,
  ],
  exports: [OrganizationFounder, OrganizationsService],
})
export class OrganizationsModule {}
