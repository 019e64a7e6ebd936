import { Module } from '@nestjs/common';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { SessionStoreModule } from './session-store.module.js';
import { SessionsHttpController } from './sessions.http.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [PasswordsModule, SessionStoreModule, UserAccountsModule],
  controllers: [SessionsHttpController],
  providers: [SessionsService],
})
export class SessionsModule {}
