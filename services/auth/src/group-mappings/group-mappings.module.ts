import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { GrantStoreModule } from '../grants/grant-store.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PackageOwnerStoreModule } from '../package-owners/package-owner-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { GroupMappingsHttpController } from './group-mappings.http.controller.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import { GroupMappingsService } from './group-mappings.service.js';
import { GroupSync } from './group-sync.service.js';

@Module({
  imports: [
    AuditModule,
    GrantStoreModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    PackageOwnerStoreModule,
    UserAccountsModule,
  ],
  controllers: [GroupMappingsHttpController],
  providers: [GroupMappingsRepository, GroupMappingsService, GroupSync],
  exports: [GroupSync],
})
export class GroupMappingsModule {}
