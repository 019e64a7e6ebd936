import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { GroupMappingsModule } from '../group-mappings/group-mappings.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { ExternalAccounts } from './external-accounts.service.js';
import { ExternalIdentitiesRepository } from './external-identities.repository.js';

@Module({
  imports: [AuditModule, GroupMappingsModule, UserAccountsModule],
  providers: [ExternalAccounts, ExternalIdentitiesRepository],
  exports: [ExternalAccounts, ExternalIdentitiesRepository],
})
export class ExternalIdentitiesModule {}
