import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantsChangedAnnouncer } from './grants-changed.announcer.js';
import { AccountOfUsername, OwnAccount } from './account.resource.js';
import { Installation } from './installation.resource.js';
import { UsersRepository } from './users.repository.js';

/** Users as other nouns need them. */
@Module({
  imports: [CredentialChangesModule],
  providers: [UsersRepository, GrantsChangedAnnouncer, AccountOfUsername, OwnAccount, Installation],
  exports: [UsersRepository, GrantsChangedAnnouncer, AccountOfUsername, OwnAccount, Installation],
})
export class UserAccountsModule {}
