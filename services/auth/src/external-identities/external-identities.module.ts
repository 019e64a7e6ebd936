import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { GroupMappingsModule } from '../group-mappings/group-mappings.module.js';
import { MailModule } from '../mail/mail.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { ExternalAccounts } from './external-accounts.service.js';
import { ExternalIdentitiesRepository } from './external-identities.repository.js';
import { LocalPasswords } from './local-passwords.service.js';
import { ProviderNames } from './provider-names.js';

@Module({
  imports: [AuditModule, GroupMappingsModule, MailModule, UserAccountsModule],
  providers: [ExternalAccounts, ExternalIdentitiesRepository, LocalPasswords, ProviderNames],
  exports: [ExternalAccounts, ExternalIdentitiesRepository, LocalPasswords, ProviderNames],
})
export class ExternalIdentitiesModule {}
