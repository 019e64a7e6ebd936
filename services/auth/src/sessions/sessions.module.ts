import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { SessionStoreModule } from './session-store.module.js';
import { SessionsHttpController } from './sessions.http.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [CredentialChangesModule, PasswordsModule, SessionStoreModule, UserAccountsModule],
  controllers: [SessionsHttpController],
  providers: [SessionsService],
  exports: [SessionsService],
})
export class SessionsModule {}
