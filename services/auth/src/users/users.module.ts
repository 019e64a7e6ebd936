import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { SessionStoreModule } from '../sessions/session-store.module.js';
import { UserAccountsModule } from './user-accounts.module.js';
import { UserDescriptions } from './user-descriptions.service.js';
import { UsersHttpController } from './users.http.controller.js';
import { UsersMessageController } from './users.message.controller.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [AuditModule, MembershipStoreModule, PasswordsModule, SessionStoreModule, UserAccountsModule],
  controllers: [UsersHttpController, UsersMessageController],
  providers: [UsersService, UserDescriptions],
})
export class UsersModule {}
