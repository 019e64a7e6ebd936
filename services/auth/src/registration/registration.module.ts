import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { EmailVerificationModule } from '../email-verification/email-verification.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { UsersModule } from '../users/users.module.js';
import { Registration } from './registration.service.js';
import { RegistrationHttpController } from './registration.http.controller.js';

/** How accounts are made: by an administrator, or by people for themselves. */
@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    EmailVerificationModule,
    InvitationsModule,
    OrganizationStoreModule,
    PasswordsModule,
    PersonProofModule,
    UserAccountsModule,
    UsersModule,
  ],
  controllers: [RegistrationHttpController],
  providers: [Registration],
  exports: [Registration],
})
export class RegistrationModule {}
