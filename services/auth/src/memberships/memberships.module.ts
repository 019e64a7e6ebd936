import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { MembershipStoreModule } from './membership-store.module.js';
import { MembershipsHttpController } from './memberships.http.controller.js';
import { MembershipsService } from './memberships.service.js';

@Module({
  imports: [AuditModule, MembershipStoreModule, OrganizationStoreModule, UserAccountsModule],
  controllers: [MembershipsHttpController],
  providers: [MembershipsService],
})
export class MembershipsModule {}
