import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { CredentialEnderModule } from '../credential-ender/credential-ender.module.js';
import { ExternalIdentitiesModule } from '../external-identities/external-identities.module.js';
import { OneTimeSecretsModule } from '../one-time-secrets/one-time-secrets.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { UsersModule } from '../users/users.module.js';
import { PasswordResetsHttpController } from './password-resets.http.controller.js';
import { PasswordResets } from './password-resets.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    CredentialEnderModule,
    ExternalIdentitiesModule,
    OneTimeSecretsModule,
    PasswordsModule,
    PersonProofModule,
    UserAccountsModule,
    UsersModule,
  ],
  controllers: [PasswordResetsHttpController],
  providers: [PasswordResets],
  exports: [PasswordResets],
})
export class PasswordResetsModule {}
