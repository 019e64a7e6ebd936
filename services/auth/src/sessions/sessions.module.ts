import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { SessionStoreModule } from './session-store.module.js';
import { OwnSessionsHttpController } from './own-sessions.http.controller.js';
import { SessionsHttpController } from './sessions.http.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [AuditModule, CredentialChangesModule, PasswordsModule, SessionStoreModule, UserAccountsModule],
  controllers: [OwnSessionsHttpController, SessionsHttpController],
  providers: [SessionsService],
  exports: [SessionsService],
})
export class SessionsModule {}
