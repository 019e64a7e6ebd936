import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PackageOwnerStoreModule } from '../package-owners/package-owner-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { MembershipOfPath } from './member.resource.js';
import { MembershipStoreModule } from './membership-store.module.js';
import { MembershipsHttpController } from './memberships.http.controller.js';
import { MembershipsMessageController } from './memberships.message.controller.js';
import { NamedOrganizationMembers } from './named-organization-members.service.js';
import { MembershipsService } from './memberships.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    InvitationsModule,
    MembershipStoreModule,
    OrganizationStoreModule,
    PackageOwnerStoreModule,
    UserAccountsModule,
  ],
  controllers: [MembershipsHttpController, MembershipsMessageController],
  providers: [MembershipOfPath, MembershipsService, NamedOrganizationMembers],
})
export class MembershipsModule {}
