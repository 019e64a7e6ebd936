import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { GrantStoreModule } from '../grants/grant-store.module.js';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PackageOwnerStoreModule } from '../package-owners/package-owner-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { FollowedMembershipsRepository } from './followed-memberships.repository.js';
import { FollowedPlaces } from './followed-places.service.js';
import { FollowedUpkeep } from './followed-upkeep.service.js';
import { FollowedUpkeepTurn } from './followed-upkeep.turn.js';
import { GroupMappingsHttpController } from './group-mappings.http.controller.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import { GroupMappingsService } from './group-mappings.service.js';
import { GroupSync } from './group-sync.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    GrantStoreModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    PackageOwnerStoreModule,
    UserAccountsModule,
  ],
  controllers: [GroupMappingsHttpController],
  providers: [
    FollowedMembershipsRepository,
    FollowedPlaces,
    FollowedUpkeep,
    FollowedUpkeepTurn,
    GroupMappingsRepository,
    GroupMappingsService,
    GroupSync,
  ],
  exports: [FollowedUpkeep, GroupSync],
})
export class GroupMappingsModule {}
