import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { CredentialEnderModule } from '../credential-ender/credential-ender.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { SecondFactorModule } from '../two-factor/second-factor.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountErasure } from './account-erasure.repository.js';
import { AccountExport } from './account-export.repository.js';
import { AccountsHttpController } from './accounts.http.controller.js';

/** One's own account as a whole, and its end. */
@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    CredentialEnderModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    SecondFactorModule,
    UserAccountsModule,
  ],
  controllers: [AccountsHttpController],
  providers: [AccountDeletion, AccountErasure, AccountExport],
})
export class AccountsModule {}
