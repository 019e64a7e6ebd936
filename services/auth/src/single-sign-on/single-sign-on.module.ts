import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { ExternalIdentitiesModule } from '../external-identities/external-identities.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { Journeys } from './journey.js';
import { LinkedIdentitiesHttpController } from './linked-identities.http.controller.js';
import { OpenIdProvider } from './open-id-provider.js';
import { SingleSignOnHttpController } from './single-sign-on.http.controller.js';
import { SingleSignOn } from './single-sign-on.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    ExternalIdentitiesModule,
    PasswordsModule,
    SessionStoreModule,
    SessionsModule,
    UserAccountsModule,
  ],
  controllers: [LinkedIdentitiesHttpController, SingleSignOnHttpController],
  providers: [Journeys, OpenIdProvider, SingleSignOn],
  exports: [OpenIdProvider],
})
export class SingleSignOnModule {}
