import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { UsersModule } from '../users/users.module.js';
import { ProfilesHttpController } from './profiles.http.controller.js';
import { ProfilesMessageController } from './profiles.message.controller.js';
import { Profiles } from './profiles.service.js';

/** What people say of themselves. */
@Module({
  imports: [AuditModule, CredentialChangesModule, UserAccountsModule, UsersModule],
  controllers: [ProfilesHttpController, ProfilesMessageController],
  providers: [Profiles],
})
export class ProfilesModule {}
